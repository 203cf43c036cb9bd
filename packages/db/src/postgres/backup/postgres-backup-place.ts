import { hash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { BackupPlace } from '../../backup/backup-names.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';

/** What the names of backups of PostgreSQL databases end with. */
export const ARCHIVE_ENDING = '.copy.zst';

/** Where the backups of PostgreSQL databases are kept. */
export interface BackupFolderOption {
  /** The folder in which `backups/` is, or is made. Default: the working directory. */
  readonly folder?: string | undefined;
}

/**
 * The backups of a database of a server: in `backups/`, named for the database. Manifests name the server, too, so that
 * databases of one name on two servers may keep theirs in one folder.
 */
export function postgresBackupPlace(location: PostgresLocation, { folder = '.' }: BackupFolderOption): BackupPlace {
  const { host, port, database } = location;
  return {
    folder: join(resolve(folder), 'backups'),
    stem: database.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\./, '_'),
    ending: ARCHIVE_ENDING,
    database: `${host}:${port}/${database}`,
    owner: resolve(folder),
  };
}

/** What is being written for the database, under a name that nothing finished has, nor a database of another server. */
export function unfinishedBackup({ folder, stem, database }: BackupPlace): string {
  return join(folder, `.${stem}_${hash('sha256', database).slice(0, 12)}_backup.partial`);
}
