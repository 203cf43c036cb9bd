import { rmSync } from 'node:fs';
import { IronError } from '@iron/errors';
import { UnusableBackupError } from './backup-errors.ts';
import type { BackupPlace } from './backup-names.ts';
import { type BackupRecord, manifestPath, verifiedBackupsIn } from './backup-record.ts';

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

/** @throws {InvalidKeepError} `keep` is less than 1 */
export function requireKeep(keep: number): void {
  if (!Number.isSafeInteger(keep) || keep < 1) throw new InvalidKeepError(keep);
}

/**
 * Drops all but the `keep` newest verified backups. The caller holds the lifecycle lock.
 *
 * @param isWhole asked of the newest before anything is dropped: the older ones may be all there is to go back to
 * @throws {UnusableBackupError} the newest was damaged since it was verified; nothing is dropped
 */
export async function keepNewest(
  place: BackupPlace,
  keep: number,
  isWhole: (newest: BackupRecord) => Promise<boolean>,
): Promise<PruneReport> {
  const backups = verifiedBackupsIn(place);
  const deleted = backups.slice(keep);
  const [newest] = backups;
  if (newest && deleted.length > 0 && !(await isWhole(newest))) {
    const hint = 'Nothing was dropped. Make a new backup with `iron db backup`, then prune again.';
    throw new UnusableBackupError(newest.path, 'it is damaged', hint);
  }
  for (const backup of deleted) {
    rmSync(backup.path, { force: true }); // the manifest goes last: a backup without one is never dropped again
    rmSync(manifestPath(backup.path), { force: true });
  }
  return { deleted, kept: backups.slice(0, keep) };
}
