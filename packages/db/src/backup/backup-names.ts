import { basename, dirname, extname, join } from 'node:path';

/** The folder that holds the backups of the database at `path`. */
export function backupFolder(path: string): string {
  return join(dirname(path), 'backups');
}

/** The name of a database without folder and ending: `dev_tokens` for `/srv/dev_tokens.db`. */
function databaseName(path: string): string {
  return basename(path, extname(path));
}

/** `<folder>/<name>_<kind>_YYYYMMDD_HHMMSS` in UTC; from the second attempt on with a suffix. No ending. */
export function stampedPath(path: string, kind: 'backup' | 'damaged', now: number, attempt: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replaceAll(/[-:]|\..*$/g, '')
    .replace('T', '_');
  const suffix = attempt === 1 ? '' : `_${attempt}`;
  return join(backupFolder(path), `${databaseName(path)}_${kind}_${stamp}${suffix}`);
}

/** Matches the names that backups of the database at `path` have. */
export function backupNamePattern(path: string): RegExp {
  return new RegExp(`^${RegExp.escape(databaseName(path))}_backup_\\d{8}_\\d{6}(_\\d+)?\\.db$`);
}

/** What is being written for the database at `path`, under a name that nothing finished has. */
export function unfinishedPath(path: string, kind: 'backup' | 'damaged'): string {
  return join(backupFolder(path), `.${basename(path)}_${kind}.partial`);
}
