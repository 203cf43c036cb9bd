import { keepNewest, type PruneReport, requireKeep } from '../../backup/keep-newest.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { withPostgresLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
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
  requireKeep(keep);
  await requireOwnSession(location);
  const place = postgresBackupPlace(location, options);
  return await withPostgresLifecycleLock(
    location,
    WAIT_FOR_LIFECYCLE_MS,
    async () => await keepNewest(place, keep, async ({ path, checksum }) => (await checksumOf(path)) === checksum),
  );
}
