import { rmSync } from 'node:fs';
import { IronError } from '@iron/errors';
import { withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { WAIT_FOR_LIFECYCLE_MS } from './backup-database.ts';
import { type BackupRecord, manifestPath, verifiedBackups } from './backup-record.ts';

/** The number of backups to keep is not a whole number above zero. */
export class InvalidKeepError extends IronError {
  readonly code = 'backup.invalid_keep';
  constructor(keep: number) {
    super(`Cannot keep ${keep} backups.`, { hint: 'Keep at least 1: the newest verified backup is never dropped.' });
  }
}

export interface PruneReport {
  readonly deleted: readonly BackupRecord[];
  readonly kept: readonly BackupRecord[];
}

/**
 * Drops all but the `keep` newest verified backups of a database. A file that Iron did not make and verify is not
 * counted and not touched, whatever its name.
 *
 * @throws {InvalidKeepError} `keep` is less than 1
 */
export async function pruneBackups(options: { readonly path: string; readonly keep: number }): Promise<PruneReport> {
  if (!Number.isSafeInteger(options.keep) || options.keep < 1) throw new InvalidKeepError(options.keep);
  const path = resolveDatabaseFile(options.path);
  return await withLifecycleLock(path, 'maintain', WAIT_FOR_LIFECYCLE_MS, () => {
    const backups = verifiedBackups(path);
    const deleted = backups.slice(options.keep);
    for (const backup of deleted) {
      rmSync(backup.path, { force: true }); // the manifest goes last: a backup without one is never dropped again
      rmSync(manifestPath(backup.path), { force: true });
    }
    return { deleted, kept: backups.slice(0, options.keep) };
  });
}
