import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program that has printed one line and waits, until the end of the `await using` block. */
export interface WaitingProgram extends AsyncDisposable {
  /** Of its line. */
  readonly words: readonly string[];
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts it and waits for its line. @iron/test-program is for packages above this one. */
export async function startWaiting(program: URL, ...words: readonly string[]): Promise<WaitingProgram> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: line } = await lines.next();
  if (line === undefined) throw new Error('It has ended without a line.');
  return { words: line.split(' '), kill, [Symbol.asyncDispose]: kill };
}
