import { parseArgs } from 'node:util';
import { reportText } from './report.ts';
import { runBenchmark } from './run-benchmark.ts';
import { FULL_SCALE, QUICK_SCALE } from './scale.ts';

const HELP = `Usage: pnpm bench [--quick] [--json]

Measures what the design promises, as ratios of one run, in the folder for temporary files:
- a database for one test against migrating one and against copying a file;
- resetting a database of 1 GB against copying its file;
- verifying tokens, letting calls through and settling them (1 to 256 in flight, with
  synchronous=FULL and NORMAL), against the same SQL statements by hand in commits of the same
  size, and against commits of one call, in a database of a million calls;
- four processes that do so on one file;
- reports over ten million calls against those over one million.
Takes a quarter of an hour, and 4 GB of the disk.

  --quick  small databases, done in a minute; too small to judge by
  --json   one JSON document on stdout
  --help   this text
`;

const QUICK_NOTE = '--quick: too small to judge by; the targets are about databases of 1 GB and of a million calls.';

const flags = readFlags();
if (!flags || flags.help) {
  (flags ? process.stdout : process.stderr).write(HELP);
  process.exitCode = flags ? 0 : 2;
} else {
  await printBenchmark(flags.quick ?? false, flags.json ?? false);
}

/** `undefined` when something else is on the command line. */
function readFlags() {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({ options: { quick: flag, json: flag, help: flag } }).values;
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
