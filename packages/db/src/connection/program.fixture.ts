import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of the tests that runs in a process of its own, until the end of the `await using` block. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The next line that it prints; `undefined` when it ended without one. */
  nextLine(): Promise<string | undefined>;
  /** Gives it a line to read. */
  say(line: string): void;
  /** What it has not printed yet, once it has ended by itself. */
  remainingLines(): Promise<string[]>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** @param program where the program's file is; it has no other way to speak than its lines */
export function startProgram(program: URL, ...words: readonly string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(program), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program.pathname} did not start.`);
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { done, value } = await lines.next();
    return done ? undefined : value;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    pid,
    nextLine,
    say: (line) => void child.stdin.write(`${line}\n`),
    async remainingLines() {
      const remaining: string[] = [];
      for (let line = await nextLine(); line !== undefined; line = await nextLine()) remaining.push(line);
      return remaining;
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
