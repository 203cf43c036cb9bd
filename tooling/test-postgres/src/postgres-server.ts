import { type ChildProcess, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.ts';
import { canRun, copyBinaries, installedBinaries } from './postgres-binaries.ts';
import { endProcess, PostgresDidNotStartError, type PostgresProgram, startProcess } from './postgres-process.ts';
import {
  fastestFolder,
  leftServerDirectories,
  makeServerDirectory,
  removeServerDirectory,
} from './server-directory.ts';
import { unprivilegedUser } from './unprivileged-user.ts';
import { startWatchdog } from './watchdog.ts';

const USER = 'iron';
const PORT_TRIES = 5;

/** Words are ordered as people order them, as in most installations: what only works in the order of bytes shows. */
const INITDB_FLAGS = [
  `--username=${USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=icu',
  '--icu-locale=en-US',
  '--no-sync',
];

/**
 * What a machine's crash would lose may be lost: tests kill processes, ours and the server's, and what those have
 * written is in the operating system by then. `synchronous_commit` stays on for that reason: without it a server that
 * is stopped at once loses what it has acknowledged.
 */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  max_connections: '300',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // in the directory, and so removed with it, also after SIGKILL
  dynamic_shared_memory_type: 'mmap',
};

/** `fast`: open transactions are ended and the data closed. `immediate`: as in a crash; it recovers at its start. */
export type StopMode = 'fast' | 'immediate';

/** A PostgreSQL of this process alone, until the end of the `await using` block or of the process. */
export interface PostgresServer extends AsyncDisposable {
  /** Of its maintenance database, with the password of its superuser. */
  readonly url: string;
  /** On 127.0.0.1. It stays the same through stops and starts. */
  readonly port: number;
  readonly directory: string;
  /** Who ends the server when this process is killed. */
  readonly watchdogPid: number | undefined;
  /** Whether its process is there. One that has no room to go on ends by itself. */
  readonly isRunning: boolean;
  /** Resolves when it has ended; its data stay. */
  stop(mode?: StopMode): Promise<void>;
  /** Resolves when it takes connections again. */
  start(): Promise<void>;
  restart(mode?: StopMode): Promise<void>;
}

export interface PostgresServerOptions {
  /** Over those of the tests: `{ fsync: 'on' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its files are to be; in memory, where there is enough of it, or in the system's temporary folder. */
  readonly folder?: string;
}

/**
 * Starts a server with a random password on a free port, after removing what processes that were killed have left.
 *
 * @throws {PostgresDidNotStartError} with what the server says
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  await removeLeftServers();
  const user = unprivilegedUser();
  const installed = installedBinaries();
  const reachable = canRun(installed, user);
  const directory = makeServerDirectory(options.folder ?? fastestFolder({ programs: !reachable }), user);
  const watchdog = startWatchdog(directory);
  try {
    const binaries = reachable ? installed : copyBinaries(installed, directory);
    const program = { binaries, directory, user, settings: { ...SETTINGS, ...options.settings } };
    const password = randomBytes(16).toString('hex');
    await initialize(program, password);
    const urlAt = (port: number) => `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
    const started = await startOnFreePort(program, urlAt);
    return serverOf(program, { ...started, url: urlAt(started.port), watchdog });
  } catch (error) {
    await watchdog.end();
    throw error;
  }
}

/**
 * Ends and removes the servers of processes that have ended without doing so. Of a running process none is touched.
 *
 * @param folders where to look; default: where servers are, unless they are told otherwise
 */
export async function removeLeftServers(folders?: ReadonlySet<string>): Promise<void> {
  await Promise.all(leftServerDirectories(folders).map((directory) => removeServerDirectory(directory)));
}

async function initialize({ binaries, directory, user }: PostgresProgram, password: string): Promise<void> {
  const passwordFile = join(directory, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  await promisify(execFile)(
    join(binaries, 'bin', 'initdb'),
    [...INITDB_FLAGS, `--pgdata=${join(directory, 'data')}`, `--pwfile=${passwordFile}`],
    { ...user, cwd: directory, env: { LC_ALL: 'C' } },
  );
  rmSync(passwordFile);
}

async function startOnFreePort(
  program: PostgresProgram,
  urlAt: (port: number) => string,
): Promise<{ port: number; child: ChildProcess }> {
  for (let tries = 1; ; tries += 1) {
    const port = await findFreePort();
    try {
      return { port, child: await startProcess(program, port, urlAt(port)) };
    } catch (error) {
      const taken = error instanceof PostgresDidNotStartError && error.log.includes('Address already in use');
      if (!taken || tries === PORT_TRIES) throw error;
    }
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  readonly watchdog: ReturnType<typeof startWatchdog>;
}

function serverOf(program: PostgresProgram, { child: first, port, url, watchdog }: Started): PostgresServer {
  let child = first;
  const stop = (mode: StopMode = 'fast') => endProcess(child, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  const start = async () => {
    child = await startProcess(program, port, url);
  };
  return {
    url,
    port,
    directory: program.directory,
    watchdogPid: watchdog.pid,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    stop,
    start,
    async restart(mode) {
      await stop(mode);
      await start();
    },
    async [Symbol.asyncDispose]() {
      await stop('immediate');
      await watchdog.end();
      await removeServerDirectory(program.directory);
    },
  };
}
