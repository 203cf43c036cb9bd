import { rmSync } from 'node:fs';
import { UnusableBackupError } from '../../backup/backup-errors.ts';
import { manifestPath, verifiedBackupsIn } from '../../backup/backup-record.ts';
import { InvalidKeepError, type PruneReport } from '../../backup/prune-backups.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { withPostgresLifecycleLock } from '../lifecycle/lifecycle-lock.ts';
import { requireOwnSession } from '../migrations/require-own-session.ts';
import { checksumOf } from './file-checksum.ts';
import { type BackupFolderOption, postgresBackupPlace } from './postgres-backup-place.ts';

/** Of which database of a server to keep how many backups. */
export interface PostgresPruneOptions extends BackupFolderOption {
  readonly location: PostgresLocation;
  readonly keep: number;
}

/**
 * Drops all but the `keep` newest verified backups of a database of a server. A file that Iron did not make and verify is
 * not counted and not touched, whatever its name.
 *
 * @throws {InvalidKeepError} `keep` is less than 1
 * @throws {UnusableBackupError} the newest was damaged since it was verified; nothing is dropped
 * @throws {TransactionPoolerError} the database is reached through a pooler that gives each transaction another connection
 */
export async function prunePostgresBackups(options: PostgresPruneOptions): Promise<PruneReport> {
  const { location, keep } = options;
  if (!Number.isSafeInteger(keep) || keep < 1) throw new InvalidKeepError(keep);
  await requireOwnSession(location);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async () => {
    const backups = verifiedBackupsIn(postgresBackupPlace(location, options));
    const deleted = backups.slice(keep);
    const [newest] = backups;
    if (newest && deleted.length > 0 && (await checksumOf(newest.path)) !== newest.checksum) {
      const hint = 'Nothing was dropped. Make a new backup with `iron db backup`, then prune again.';
      throw new UnusableBackupError(newest.path, 'it is damaged', hint);
    }
    for (const backup of deleted) {
      rmSync(backup.path, { force: true }); // the manifest goes last: a backup without one is never dropped again
      rmSync(manifestPath(backup.path), { force: true });
    }
    return { deleted, kept: backups.slice(0, keep) };
  });
}
