import { helpText } from './help.ts';
import { type Flags, readFlags } from './flags.ts';
import { PARTS } from './parts.ts';
import { reportText } from './report.ts';
import { runAndShow } from './run-and-show.ts';
import { soakServer } from './soak.ts';

/** What `pnpm bench` does with these words. */
export async function runCommand(words: readonly string[]): Promise<void> {
  const flags = readWords(words);
  if (flags?.help) process.stdout.write(helpText(PARTS));
  else if (flags?.soak !== undefined) process.stdout.write(`${reportText(await soakServer(flags.soak))}\n`);
  else if (flags) await runAndShow(flags, process.stdout);
}

function readWords(words: readonly string[]): Flags | undefined {
  try {
    return readFlags(words, PARTS);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${helpText(PARTS)}`);
    process.exitCode = 2;
    return undefined;
  }
}
