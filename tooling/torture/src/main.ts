import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { commandOf, type Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import { violationText } from './violation-text.ts';

const HELP = `Usage: pnpm torture [--seconds <n>] [--seed <n>] [--engine sqlite|postgres] [--processes <n>]

Many processes work on one database while they are killed, the disk is full, files are read-only,
clocks jump and connections break; in between it is backed up, restored, migrated and reset. After
every phase the database and its backups are compared with what was acknowledged.

  --seconds    how long phases are begun for; default: 60
  --seed       decides what happens when; default: another one each time
  --engine     default: sqlite
  --processes  how many at a time; default: 6
  --help       this text

Exits with 1 if anything is not as it was acknowledged.
`;

const wish = readWish();
if (wish === 'help') process.stdout.write(HELP);
else if (wish === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  process.stdout.write(`${commandOf(wish)}\n`);
  const { phases, operations, violations } = await torture(wish, {
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  for (const violation of violations.slice(0, 10)) process.stderr.write(`\n${violationText(violation)}`);
  if (violations.length > 0) {
    process.stderr.write(`\n${violations.length} violations. The same plan again: ${commandOf(wish)}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${phases} phases, ${operations.length} operations: all is as it was acknowledged\n`);
}

/** `undefined` when something is on the command line that it does not know. */
function readWish(): Wish | 'help' | undefined {
  try {
    const text = { type: 'string' } as const;
    const options = { seconds: text, seed: text, engine: text, processes: text, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ options });
    if (values.help) return 'help';
    const { seconds = '60', seed = String(randomInt(2 ** 31)), engine = 'sqlite', processes = '6' } = values;
    const isWhole = [seconds, seed, processes].every((number) => /^[1-9]\d{0,9}$/.test(number));
    if (!isWhole || (engine !== 'sqlite' && engine !== 'postgres')) return undefined;
    return { engine, seed: Number(seed), seconds: Number(seconds), processes: Number(processes) };
  } catch {
    return undefined;
  }
}
