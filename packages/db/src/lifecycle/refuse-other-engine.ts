import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UnusableBackupError } from '../backup/backup-errors.ts';
import { isReadable } from '../connection/file-access.ts';
import { isSqliteFile } from '../connection/file-header.ts';
import { ARCHIVE_ENDING } from '../postgres/backup/postgres-backup-place.ts';

/**
 * What else is wrong with a file that is to be restored is for the engine to say.
 *
 * @throws {UnusableBackupError} it is a backup of a PostgreSQL database, and is to be put in the place of a file
 */
export function refuseArchive(from: string): void {
  const file = resolve(from);
  if (from === 'last' || !file.endsWith(ARCHIVE_ENDING) || !existsSync(file)) return;
  const why = 'it is a backup of a PostgreSQL database, and the database is a file of SQLite';
  const hint = 'Restore it into a database of a PostgreSQL server, and copy that into a file with `iron db copy`.';
  throw new UnusableBackupError(file, why, hint);
}

/** @throws {UnusableBackupError} it is a file of SQLite, and is to be put in the place of a database of a server */
export function refuseSqliteFile(from: string): void {
  const file = resolve(from);
  if (from === 'last' || !statSync(file, { throwIfNoEntry: false })?.isFile() || !isReadable(file)) return;
  if (!isSqliteFile(file)) return;
  const why = 'it is a file of SQLite, and the database is on a PostgreSQL server';
  throw new UnusableBackupError(file, why, 'Copy it into an empty database of that server with `iron db copy`.');
}
