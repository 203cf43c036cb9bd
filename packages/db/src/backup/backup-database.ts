import { existsSync } from 'node:fs';
import { DatabaseMissingError } from '../connection/connection-errors.ts';
import { examineFile } from '../connection/examine-file.ts';
import { isEmptyDatabase, requireIron } from '../connection/identity.ts';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { requireWritable } from '../connection/require-writable.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import type { OnProgress } from '../progress.ts';
import { NothingToBackUpError } from './backup-errors.ts';
import type { BackupRecord } from './backup-record.ts';
import { copyToBackup } from './copy-to-backup.ts';

/** Which database to back up. */
export interface BackupOptions {
  /** The database file; a relative path is relative to the working directory. */
  readonly path: string;
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Makes a verified backup in `backups/` beside the database, while it may be in use: others go on reading, and in
 * WAL mode writing.
 *
 * @throws {DatabaseMissingError} there is no database
 * @throws {NothingToBackUpError} there is not a single table in it
 * @throws {BackupNotVerifiedError} the copy is damaged or differs from the database
 * @throws {DiskFullError} there is no room for it
 */
export async function backupDatabase(options: BackupOptions): Promise<BackupRecord> {
  const path = resolveDatabaseFile(options.path);
  if (!existsSync(path)) throw new DatabaseMissingError(path);
  return await withLifecycleLock(path, 'maintain', WAIT_FOR_LIFECYCLE_MS, async () => {
    requireContent(path);
    return await copyToBackup({ ...options, path, reason: 'manual', now: options.now ?? Date.now });
  });
}

/** A backup of nothing would be the newest verified one, the one that is restored and never dropped. */
function requireContent(path: string): void {
  examineFile(path, (connection) => {
    requireIron(connection, path);
    if (isEmptyDatabase(connection)) throw new NothingToBackUpError(path);
  });
  requireWritable(path); // not for the copy, but for the log that a reader of it makes
}
