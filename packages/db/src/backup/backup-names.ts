import { basename, dirname, extname, join } from 'node:path';

/** Where the backups of one database are, and what their names and manifests say. */
export interface BackupPlace {
  readonly folder: string;
  /** What their names begin with. */
  readonly stem: string;
  /** What their names end with. */
  readonly ending: string;
  /** What manifests call the database. */
  readonly database: string;
  /** The file or folder whose owner they belong to as well. */
  readonly owner: string;
}

/** The backups of the database file at `path`. */
export function backupPlace(path: string): BackupPlace {
  // `tokens.db` and `tokens.sqlite` have backups of the same names; their manifests tell them apart.
  return { folder: backupFolder(path), stem: databaseName(path), ending: '.db', database: basename(path), owner: path };
}

/** The folder that holds the backups of the database at `path`. */
export function backupFolder(path: string): string {
  return join(dirname(path), 'backups');
}

/** The name of a database without folder and ending: `dev_tokens` for `/srv/dev_tokens.db`. */
function databaseName(path: string): string {
  return basename(path, extname(path));
}

/** `<folder>/<stem>_<kind>_YYYYMMDD_HHMMSS<ending>` in UTC; from the second attempt on with a suffix. */
export function stampedPath(
  { folder, stem, ending }: Pick<BackupPlace, 'folder' | 'stem' | 'ending'>,
  kind: 'backup' | 'damaged',
  now: number,
  attempt: number,
): string {
  const stamp = new Date(now)
    .toISOString()
    .replaceAll(/[-:]|\..*$/g, '')
    .replace('T', '_');
  const suffix = attempt === 1 ? '' : `_${attempt}`;
  return join(folder, `${stem}_${kind}_${stamp}${suffix}${ending}`);
}

/** Matches the names that the backups have. */
export function backupNamePattern({ stem, ending }: BackupPlace): RegExp {
  return new RegExp(`^${RegExp.escape(stem)}_backup_\\d{8}_\\d{6}(_\\d+)?${RegExp.escape(ending)}$`);
}

/** What is being written for the database at `path`, under a name that nothing finished has. */
export function unfinishedPath(path: string, kind: 'backup' | 'damaged'): string {
  return join(backupFolder(path), `.${basename(path)}_${kind}.partial`);
}
