import { DatabaseMissingError } from '../../connection/connection-errors.ts';
import type { Environment } from '../../connection/environment.ts';
import { markEnvironment } from '../../connection/environment-mark.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { applyAllMigrations } from '../../migrations/apply-all-migrations.ts';
import type { MigrationPlan } from '../../migrations/judge-state.ts';
import type { MigrationReport } from '../../migrations/migration-run.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import type { OnProgress } from '../../progress.ts';
import type { BackupFolderOption } from '../backup/postgres-backup-place.ts';
import { planPostgresMigrations } from '../migrations/postgres-migration-plan.ts';
import { openPostgresDatabase } from '../open-postgres-database.ts';
import { LIFECYCLE_APPLICATION } from '../../connection/lifecycle-application.ts';
import { postgresName } from '../postgres-name.ts';
import { createMissingDatabase } from './create-missing-database.ts';

/** Which database of a server to migrate. */
export interface PostgresMigrateOptions extends BackupFolderOption {
  readonly location: PostgresLocation;
  /** Recorded in a new database; production in every one. */
  readonly environment: Environment;
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Brings a database of a PostgreSQL server to the newest schema, as `migrateDatabase` does a file: after a verified backup
 * where it holds rows, in one transaction a migration. A database that is missing is made.
 *
 * @throws {DatabaseMissingError} there is none, and this user may not make one
 * @throws {IronError} what stands in the way; the migration that failed leaves nothing behind
 */
export async function migratePostgresDatabase(
  options: PostgresMigrateOptions,
): Promise<MigrationReport & { readonly path: string }> {
  const { location, environment } = options;
  await createMissingDatabase(location);
  await using database = await openPostgresDatabase(
    { ...location, applicationName: LIFECYCLE_APPLICATION },
    { maxConnections: 1 },
  );
  const report = await applyAllMigrations(database, options);
  await markEnvironment(database, environment);
  return { path: database.path, ...report };
}

/** What {@link migratePostgresDatabase} would do. Reads only: a missing database stays missing. */
export async function planPostgresMigration(
  location: PostgresLocation,
): Promise<MigrationPlan & { readonly path: string }> {
  const path = postgresName(location);
  try {
    return { path, ...(await planPostgresMigrations({ location })) };
  } catch (error) {
    if (!(error instanceof DatabaseMissingError)) throw error;
    return { path, applied: [], pending: readMigrations('postgres') };
  }
}
