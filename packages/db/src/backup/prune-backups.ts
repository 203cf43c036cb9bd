import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { IronError } from '@iron/errors';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { UnusableBackupError } from './backup-errors.ts';
import { type BackupRecord, manifestPath, verifiedBackups } from './backup-record.ts';
import { checkFileInWorker } from './check-file-in-worker.ts';

/** The number of backups to keep is not a whole number above zero. */
export class InvalidKeepError extends IronError {
  readonly code = 'backup.invalid_keep';
  constructor(keep: number) {
    super(`Cannot keep ${keep} backups.`, { hint: 'Keep at least 1: the newest verified backup is never dropped.' });
  }
}

/** Which backups were dropped, and which are left; the newest first. */
export interface PruneReport {
  readonly deleted: readonly BackupRecord[];
  readonly kept: readonly BackupRecord[];
}

/**
 * Drops all but the `keep` newest verified backups of a database. A file that Iron did not make and verify is not
 * counted and not touched, whatever its name.
 *
 * @throws {InvalidKeepError} `keep` is less than 1
 * @throws {UnusableBackupError} the newest was damaged since it was verified; nothing is dropped
 */
export async function pruneBackups(options: { readonly path: string; readonly keep: number }): Promise<PruneReport> {
  if (!Number.isSafeInteger(options.keep) || options.keep < 1) throw new InvalidKeepError(options.keep);
  const path = resolveDatabaseFile(options.path);
  return await withLifecycleLock(path, 'maintain', WAIT_FOR_LIFECYCLE_MS, async () => {
    const backups = verifiedBackups(path);
    const deleted = backups.slice(options.keep);
    if (backups[0] && deleted.length > 0) await requireWhole(backups[0]);
    for (const backup of deleted) {
      rmSync(backup.path, { force: true }); // the manifest goes last: a backup without one is never dropped again
      rmSync(manifestPath(backup.path), { force: true });
    }
    return { deleted, kept: backups.slice(0, options.keep) };
  });
}

/** The older ones may be all there is to go back to. */
async function requireWhole(newest: BackupRecord): Promise<void> {
  const { damage, rows } = await checkFileInWorker(newest.path);
  if (damage.length === 0 && isDeepStrictEqual(rows, newest.rows)) return;
  throw new UnusableBackupError(
    newest.path,
    'it is damaged',
    'Nothing was dropped. Make a new backup with `iron db backup`, then prune again.',
  );
}
