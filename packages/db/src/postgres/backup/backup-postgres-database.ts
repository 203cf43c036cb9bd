import { NothingToBackUpError } from '../../backup/backup-errors.ts';
import { type BackupListing, type BackupRecord, listBackupsIn } from '../../backup/backup-record.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { OnProgress } from '../../progress.ts';
import { withPostgresLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import { dropLeftSchemas } from '../maintenance/scratch-schema.ts';
import { examineSchema, requireIronSchema } from '../maintenance/present-schema.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
import { copyPostgresToBackup } from './copy-postgres-to-backup.ts';
import { type BackupFolderOption, postgresBackupPlace } from './postgres-backup-place.ts';

/** Which database of a server to back up, and where to. */
export interface PostgresBackupOptions extends BackupFolderOption {
  readonly location: PostgresLocation;
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/** A moment that nobody else's changes belong to, however long it is read from. */
const ONE_MOMENT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * Makes a verified backup of a database of a PostgreSQL server, while it may be in use: others go on reading and writing,
 * and what is in the backup is what was committed at one moment. For the verification it is restored into a schema beside
 * Iron's, so the server needs room for it twice, for a while.
 *
 * @throws {NothingToBackUpError} there is not a single table in it
 * @throws {ForeignSchemaError} there are tables of another program only
 * @throws {BackupNotVerifiedError} what was written gives something else than the database
 * @throws {DiskFullError} there is no room for it
 * @throws {TransactionPoolerError} it is reached through a pooler that gives each transaction another connection
 */
export async function backupPostgresDatabase(options: PostgresBackupOptions): Promise<BackupRecord> {
  const { location, now = Date.now, onProgress } = options;
  await requireOwnSession(location);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async (connection) => {
    await dropLeftSchemas(connection.query);
    await connection.query(ONE_MOMENT);
    const present = await examineSchema(connection.query);
    if (present.kind === 'empty') throw new NothingToBackUpError(connection.name);
    requireIronSchema(connection.name, present);
    const place = postgresBackupPlace(location, options);
    return await copyPostgresToBackup(connection, { place, reason: 'manual', now, onProgress });
  });
}

/** Every file named like a backup of a database of a server, as `listBackups` lists those of a file. */
export function listPostgresBackups(
  options: BackupFolderOption & { readonly location: PostgresLocation },
): BackupListing[] {
  return listBackupsIn(postgresBackupPlace(options.location, options));
}
