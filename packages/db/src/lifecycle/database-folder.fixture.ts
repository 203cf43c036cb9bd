import { createHash } from 'node:crypto';
import { lstatSync, mkdtempDisposableSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A folder of the test's own for one database. Gone at the end of the `using` block. */
export interface DatabaseFolder extends Disposable {
  readonly path: string;
  /** Where the database is, or will be. */
  readonly database: string;
  readonly file: (name: string) => string;
}

export function databaseFolder(name = 'dev_tokens.db'): DatabaseFolder {
  const temporary = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'iron-lifecycle-'));
  const file = (entry: string) => join(temporary.path, entry);
  return { path: temporary.path, database: file(name), file, [Symbol.dispose]: () => temporary.remove() };
}

/** The files that belong to a database or lie around it, without the lock file, which never changes. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.db-lock'))
    .toSorted();
}

/**
 * Every file in the folder with its mode and a hash of its bytes: equal before and after means untouched. No database
 * in it may be open in this process, which would lose its locks. The content of a `-shm` is left out: it is an index
 * of the `-wal` in shared memory, which SQLite builds anew whenever it reads.
 */
export function fingerprint(folder: string): Record<string, string> {
  return Object.fromEntries(listing(folder).map((name) => [name, describeFile(join(folder, name))]));
}

function describeFile(path: string): string {
  const stats = lstatSync(path);
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (stats.isDirectory()) return `folder ${mode}`;
  if (path.endsWith('-shm')) return `shared memory ${mode}`;
  return `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** The permission bits of a file, as `ls` would count them: `600`. */
export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

/** The names in `backups/` without manifests. */
export function backupFiles(folder: DatabaseFolder): string[] {
  return listing(folder.file('backups'))
    .filter((name) => !name.endsWith('.json'))
    .map((name) => basename(name));
}
