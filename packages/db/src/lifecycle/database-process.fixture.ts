import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DatabaseAction } from './database-program.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./database-program.fixture.ts', import.meta.url));

/** A process that has done what it was started for and goes on, until the end of the `await using` block. */
export interface DatabaseProcess extends AsyncDisposable {
  readonly pid: number;
}

/** Starts another process without waiting for anything. */
export function spawnProcess(action: DatabaseAction, path: string) {
  return spawn(process.execPath, [PROGRAM, action, path], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Starts another process that does something with a database, and waits until it says that it has. */
export async function startProcess(action: DatabaseAction, path: string): Promise<DatabaseProcess> {
  const child = spawnProcess(action, path);
  const exited = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), exited]);
  if (String(said[0]) !== 'ready\n' || child.pid === undefined)
    throw new Error(`${action} ended early: ${said.join(' ')}`);
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Lets another process do something with a database and then die without cleaning up, as `kill -9` would. */
export async function crashAfter(action: DatabaseAction, path: string): Promise<void> {
  await using _process = await startProcess(action, path);
}
