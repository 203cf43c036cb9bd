import { type Program, startProgram } from '@iron/test-program';
import type { DatabaseAction } from './database-program.fixture.ts';

const PROGRAM = new URL('./database-program.fixture.ts', import.meta.url);

/** Starts another process without waiting for anything. */
export function spawnProcess(action: DatabaseAction, path: string): Program {
  return startProgram(PROGRAM, action, path);
}

/** Starts another process that does something with a database, and waits until it says that it has; then it goes on. */
export async function startProcess(action: DatabaseAction, path: string): Promise<Program> {
  const program = spawnProcess(action, path);
  const said = await program.nextLine();
  if (said !== 'ready') throw new Error(`${action} ended early: ${said}`);
  return program;
}

/** Lets another process do something with a database and then die without cleaning up, as `kill -9` would. */
export async function crashAfter(action: DatabaseAction, path: string): Promise<void> {
  await using _process = await startProcess(action, path);
}
