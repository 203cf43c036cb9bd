import { parseArgs } from 'node:util';
import { reportText } from './report.ts';
import { runBenchmark } from './run-benchmark.ts';
import { soakServer } from './soak.ts';
import { FULL_SCALE, QUICK_SCALE } from './scale.ts';

const HELP = `Usage: pnpm bench [--quick] [--json]
       pnpm bench --soak <minutes>

Measures what the design promises, as ratios of one run, in the folder for temporary files:
- a database for one test against migrating one and against copying a file;
- resetting a database of 1 GB against copying its file;
- verifying tokens, letting calls through and settling them (1 to 256 in flight, with
  synchronous=FULL and NORMAL), against the same SQL statements by hand in commits of the same
  size, and against commits of one call, in a database of a million calls;
- four processes that do so on one file;
- the same over HTTP with 64 connections, against a bare route of the same framework;
- reports over ten million calls against those over one million;
- verifying tokens, letting calls through and settling them on a PostgreSQL server, which is
  started for it with fsync on: against the same by hand over the same driver in commits of
  the same size, and against commits of one call; with 1, 8 and 32 connections, and 1, 2 and
  4 processes, on one limit and on a thousand.
Takes twenty minutes, and 4 GB of the disk.

  --quick  small databases, done in a minute; too small to judge by
  --soak   instead of all that: the server under load for so many minutes, and its memory
  --json   one JSON document on stdout
  --help   this text
`;

const QUICK_NOTE = '--quick: too small to judge by; the targets are about databases of 1 GB and of a million calls.';

const flags = readFlags();
if (!flags || flags.help) {
  (flags ? process.stdout : process.stderr).write(HELP);
  process.exitCode = flags ? 0 : 2;
} else if (flags.soak !== undefined) {
  process.stdout.write(`${reportText(await soakServer(Number(flags.soak)))}\n`);
} else {
  await printBenchmark(flags.quick ?? false, flags.json ?? false);
}

/** `undefined` when something else is on the command line, or no number of minutes. */
function readFlags() {
  try {
    const flag = { type: 'boolean' } as const;
    const { values } = parseArgs({ options: { quick: flag, json: flag, soak: { type: 'string' }, help: flag } });
    return values.soak === undefined || /^[1-9]\d*$/.test(values.soak) ? values : undefined;
  } catch {
    return undefined;
  }
}

async function printBenchmark(isQuick: boolean, asJson: boolean): Promise<void> {
  const say = asJson ? process.stderr : process.stdout;
  const benchmark = await runBenchmark(isQuick ? QUICK_SCALE : FULL_SCALE, (figures) => {
    say.write(`${reportText(figures)}\n\n`);
  });
  const { machine } = benchmark;
  say.write(`${machine.processor}, ${machine.processors} processors, ${machine.system}, in ${machine.folder}\n`);
  if (isQuick) say.write(`${QUICK_NOTE}\n`);
  if (asJson) process.stdout.write(`${JSON.stringify({ quick: isQuick, ...benchmark }, null, 2)}\n`);
}
