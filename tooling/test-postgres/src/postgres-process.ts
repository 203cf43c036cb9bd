import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer } from '@iron/test-clones';
import { type UnprivilegedUser } from './unprivileged-user.ts';

const READY_MS = 60_000;

export interface PostgresProgram {
  readonly binaries: string;
  readonly directory: string;
  readonly user: UnprivilegedUser | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** It ended before it took a connection. */
export class PostgresDidNotStartError extends Error {
  override readonly name = 'PostgresDidNotStartError';
  readonly log: string;

  constructor(log: string) {
    super(`PostgreSQL did not start. It says:\n${log}`);
    this.log = log;
  }
}

/**
 * Starts a server over the data in the directory; resolves when it takes connections.
 *
 * @param url of the server that is to answer
 * @throws {PostgresDidNotStartError} with what it has written
 */
export async function startProcess(program: PostgresProgram, port: number, url: string): Promise<ChildProcess> {
  const file = join(program.directory, 'log');
  const log = openSync(file, 'a');
  const earlier = statSync(file).size;
  const settings = Object.entries({ ...program.settings, port: String(port) });
  const child = spawn(
    join(program.binaries, 'bin', 'postgres'),
    ['-D', join(program.directory, 'data'), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // In a session of its own: what ends the tests at a terminal ends the server through its watchdog.
    { ...program.user, cwd: program.directory, env: { LC_ALL: 'C' }, stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  await once(child, 'spawn');
  child.unref();
  const ready = await isReady(child, url);
  if (!ready) {
    child.kill('SIGKILL');
    throw new PostgresDidNotStartError(readFileSync(file).subarray(earlier).toString());
  }
  return child;
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    try {
      await administer(url, (client) => client.query('SELECT 1'));
      return true;
    } catch {
      // not yet
    }
  }
  return false;
}

/** Ends it with the signal and waits for that; one that has ended is fine. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.ref();
  child.kill(signal);
  await ended;
}
