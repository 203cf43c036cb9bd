import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of the tests that runs in a process of its own, until the end of the `await using` block. */
export interface Program extends AsyncDisposable {
  /** The next line that it prints; `undefined` when it ended without one. */
  nextLine(): Promise<string | undefined>;
  say(line: string): void;
  /** Kills it with SIGKILL; gives the lines that it had printed by then. */
  kill(): Promise<string[]>;
}

export function startProgram(program: URL, ...words: readonly string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(program), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { done, value } = await lines.next();
    return done ? undefined : value;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
    const printed: string[] = [];
    for (let line = await nextLine(); line !== undefined; line = await nextLine()) printed.push(line);
    return printed;
  };
  return {
    nextLine,
    say: (line) => void child.stdin.write(`${line}\n`),
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
    },
  };
}
