import { runAndShow } from './run-and-show.ts';
import { helpText } from './help.ts';
import { type Flags, readFlags } from './flags.ts';
import { PARTS } from './parts.ts';
import { soakServer } from './soak.ts';
import { reportText } from './report.ts';

const flags = readWords();
if (flags?.help) process.stdout.write(helpText(PARTS));
else if (flags?.soak !== undefined) process.stdout.write(`${reportText(await soakServer(flags.soak))}\n`);
else if (flags) await runAndShow(flags, process.stdout);

function readWords(): Flags | undefined {
  try {
    return readFlags(process.argv.slice(2), PARTS);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${helpText(PARTS)}`);
    process.exitCode = 2;
    return undefined;
  }
}
