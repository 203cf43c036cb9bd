import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { databaseFiles } from './database-files.ts';

/** A process that has a database, or one of the files SQLite keeps beside it, open. */
export interface FileHolder {
  readonly pid: number;
  /** The program, and the script or file that it runs. */
  readonly command: string;
}

/** Whose processes they are: those of this machine, or those of a PostgreSQL server, which has one for each connection. */
export type HolderKind = 'machine' | 'server';

export function tellHolders(holders: readonly FileHolder[], kind: HolderKind): string {
  const what = kind === 'server' ? "PostgreSQL's process" : 'process';
  return holders.map(({ pid, command }) => `${what} ${pid} (${command})`).join(', ');
}

/**
 * The processes that have the database at `path` open, or `null` where the system does not tell.
 *
 * Linux tells through /proc: of the processes this user may look into, by device and inode, so that another
 * name of the same file, or another mount of it, is found too. Nothing is opened, so no lock is lost.
 */
export function findHolders(path: string, options: { exceptSelf?: boolean } = {}): FileHolder[] | null {
  if (process.platform !== 'linux') return null;
  const identities = new Set(databaseFiles(path).map(identityOf));
  identities.delete(undefined);
  if (identities.size === 0) return [];
  const holders: FileHolder[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || (options.exceptSelf && pid === process.pid)) continue;
    if (holdsAny(pid, identities)) holders.push({ pid, command: commandOf(pid) });
  }
  return holders;
}

function holdsAny(pid: number, identities: ReadonlySet<string | undefined>): boolean {
  return descriptorsOf(pid).some((descriptor) => {
    try {
      if (!readlinkSync(descriptor).startsWith('/')) return false;
      const identity = identityOf(descriptor);
      return identity !== undefined && identities.has(identity);
    } catch {
      return false; // closed since, or on a file system that does not answer us
    }
  });
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => `/proc/${pid}/fd/${descriptor}`);
  } catch {
    return []; // gone since, or another user's
  }
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

function commandOf(pid: number): string {
  if (pid === process.pid) return 'this process';
  try {
    const [program = 'unknown', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return isFlag(script) ? program : `${program} ${script}`; // what follows may hold a secret
  } catch {
    return 'unknown';
  }
}

function isFlag(word: string): boolean {
  return word === '' || word.startsWith('-') || word.includes('=');
}
