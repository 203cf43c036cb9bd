import { isDeepStrictEqual } from 'node:util';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { backupPlace } from './backup-names.ts';
import type { BackupRecord } from './backup-record.ts';
import { checkFileInWorker } from './check-file-in-worker.ts';
import { keepNewest, type PruneReport, requireKeep } from './keep-newest.ts';

/**
 * Drops all but the `keep` newest verified backups of a database. A file that Iron did not make and verify is not
 * counted and not touched, whatever its name.
 *
 * @throws {InvalidKeepError} `keep` is less than 1
 * @throws {UnusableBackupError} the newest was damaged since it was verified; nothing is dropped
 */
export async function pruneBackups(options: { readonly path: string; readonly keep: number }): Promise<PruneReport> {
  requireKeep(options.keep);
  const path = resolveDatabaseFile(options.path);
  return await withLifecycleLock(
    path,
    'maintain',
    WAIT_FOR_LIFECYCLE_MS,
    async () => await keepNewest(backupPlace(path), options.keep, isWhole),
  );
}

async function isWhole(newest: BackupRecord): Promise<boolean> {
  const { damage, rows } = await checkFileInWorker(newest.path);
  return damage.length === 0 && isDeepStrictEqual(rows, newest.rows);
}
