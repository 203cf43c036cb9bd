import process from 'node:process';
import type { Context } from './context.ts';
import { FAILED } from './exit-code.ts';
import { folderTypedIn } from './folder-typed-in.ts';
import { iron } from './iron.ts';
import { programWords } from './program-words.ts';
import { run } from './run.ts';

const context: Context = {
  cwd: folderTypedIn(process.env, workingFolder()),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  program: programWords(process.env, process.argv[1] ?? 'iron', process.execPath),
};

/** A folder that was removed under our feet has no name any more; errors about it name what it was called. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env['PWD'] ?? '/';
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (noteBrokenOutput(error)) process.stderr.write(`Error: Not all was printed: ${error.message}.\n`);
});
process.stderr.on('error', noteBrokenOutput);

/** A reader that has seen enough (`| head`) is not a failure; a full disk behind stdout is. */
function noteBrokenOutput(error: NodeJS.ErrnoException): boolean {
  const isFailure = error.code !== 'EPIPE';
  if (isFailure) process.exitCode = FAILED;
  return isFailure;
}

const exitCode = await run(iron, process.argv.slice(2), context);
// Never process.exit(): what was printed might not be flushed.
process.exitCode ||= exitCode;
