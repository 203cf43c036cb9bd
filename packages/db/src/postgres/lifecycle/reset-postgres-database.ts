import { ProductionRefusedError } from '../../connection/connection-errors.ts';
import type { Environment } from '../../connection/environment.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { ResetReport } from '../../lifecycle/reset-database.ts';
import type { OnProgress } from '../../progress.ts';
import { type BackupFolderOption, postgresBackupPlace } from '../backup/postgres-backup-place.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
import { postgresName } from '../postgres-name.ts';
import { createFreshSchema } from './create-fresh-schema.ts';
import { createMissingDatabase } from './create-missing-database.ts';
import { withPostgresLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import {
  examineSchema,
  hasLostIdentity,
  isProductionSchema,
  type PresentSchema,
  refuseStrangers,
} from '../maintenance/present-schema.ts';
import { refuseConnected, replacePostgresDatabase } from './replace-postgres-database.ts';
import { dropLeftSchemas, withScratchSchema } from '../maintenance/scratch-schema.ts';

/** Which database of a server to reset, and to what. */
export interface PostgresResetOptions extends BackupFolderOption {
  readonly location: PostgresLocation;
  /** Put the development data in. */
  readonly seed: boolean;
  /** Where this runs; refused when it is production. */
  readonly environment: Environment;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Puts a new, migrated and optionally seeded database in the place of one of a server. One that is not there is made.
 *
 * The new one is built and checked in a schema beside it, a verified backup of the present one is made, and only then are
 * they swapped, in one transaction: killed at any moment, there is either the old database or the new one, whole.
 *
 * @throws {ProductionRefusedError} `environment` is production, the database is marked so, or its mark is lost
 * @throws {DatabaseInUseError} somebody is connected to it
 * @throws {ForeignTablesError} another program keeps tables there; they are left as they are
 * @throws {DependentsError} another schema holds what is built on its tables
 * @throws {DatabaseMissingError} there is no such database, and this user may not make one
 * @throws {TransactionPoolerError} it is reached through a pooler that gives each transaction another connection
 * @throws {DiskFullError} there is no room for the backup or the new database
 */
export async function resetPostgresDatabase(options: PostgresResetOptions): Promise<ResetReport> {
  const { location, environment, now = Date.now, onProgress } = options;
  const name = postgresName(location);
  if (environment === 'production') throw new ProductionRefusedError('reset', name, 'environment');
  const place = postgresBackupPlace(location, options);
  await createMissingDatabase(location);
  await requireOwnSession(location);
  const refuse = (present: PresentSchema) => refuseReset(name, present);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async (connection) => {
    refuse(await examineSchema(connection.query));
    await refuseConnected(connection);
    await dropLeftSchemas(connection.query);
    return await withScratchSchema(connection, 'build', async (build) => {
      const built = await createFreshSchema(connection, build, { ...options, now });
      const replacement = { build, place, reason: 'reset', refuse, now, onProgress } as const;
      const backup = await replacePostgresDatabase(connection, replacement);
      return { path: name, backup, setAside: null, ...built };
    });
  });
}

function refuseReset(name: string, present: PresentSchema): void {
  refuseStrangers(name, present);
  if (isProductionSchema(present)) throw new ProductionRefusedError('reset', name, 'marker');
  if (hasLostIdentity(present)) throw new ProductionRefusedError('reset', name, 'lost marker');
}
