import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the tests in a process of its own. */
export interface Program extends AsyncDisposable {
  /** The lines that it has printed, as far as they are whole. */
  lines(): string[];
  /** Resolves when it has printed a line that begins so. */
  until(beginning: string): Promise<void>;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export function startProgram(program: URL, ...words: readonly string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(program), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
  const lines = () => printed.split('\n').slice(0, -1);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    lines,
    async until(beginning) {
      while (!lines().some((line) => line.startsWith(beginning))) {
        await Promise.race([once(child.stdout, 'data'), ended]);
        if (child.exitCode !== null) break;
      }
    },
    ended,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
