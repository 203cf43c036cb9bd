import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of a test that runs in a process of its own, until the end of the `await using` block. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The next line that it prints; `undefined` when it has ended without one. */
  nextLine(): Promise<string | undefined>;
  /** The lines that nobody has asked for yet, once it has ended, by itself or killed. One that was cut off is none. */
  remainingLines(): Promise<string[]>;
  /** Gives it a line to read. */
  say(line: string): void;
  /** Resolves when it has ended, with its exit code; `null`: it was killed. */
  readonly ended: Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a program. What it prints is read all the time, so it never waits for the test; its errors are shown with
 * those of the test.
 *
 * @param program the file, as `new URL('./x-program.fixture.ts', import.meta.url)`
 */
export function startProgram(program: URL, ...words: readonly string[]): Program {
  return start(process.execPath, [fileURLToPath(program), ...words]);
}

/**
 * Starts a program with the limits that a shell sets for it.
 *
 * @param limits `ulimit -n 200`
 */
export function startLimitedProgram(limits: string, program: URL, ...words: readonly string[]): Program {
  const script = `${limits}; exec "$0" "$@"`;
  return start('sh', ['-c', script, process.execPath, fileURLToPath(program), ...words]);
}

function start(file: string, words: readonly string[]): Program {
  const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start.`);
  const exited = once(child, 'exit');
  const ended = once(child, 'close').then(() => child.exitCode);
  const lines: string[] = [];
  let cutOff = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const pieces = (cutOff + text).split('\n');
    cutOff = pieces.pop() ?? '';
    lines.push(...pieces);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    pid,
    async nextLine() {
      while (lines.length === 0 && !child.stdout.readableEnded) await Promise.race([once(child.stdout, 'data'), ended]);
      return lines.shift();
    },
    async remainingLines() {
      await ended;
      return lines.splice(0);
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    ended,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
