import type { Environment } from '../connection/environment.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { requireMigrated } from '../migrations/migration-plan.ts';
import { type SeedReport, seedDatabase } from '../seed/seed-database.ts';
import { ProductionRefusedError } from '../connection/connection-errors.ts';

/** Which database to put the development data in. */
export interface SeedOptions {
  /** The database file; a relative path is relative to the working directory. */
  readonly path: string;
  /** Where this runs; refused when it is production. */
  readonly environment: Environment;
  readonly now?: () => number;
}

/**
 * Puts the development data into a database that exists and is migrated, see {@link seedDatabase}.
 *
 * @throws {ProductionRefusedError} `environment` is production, or the database is marked so
 * @throws {DatabaseMissingError} there is no database
 * @throws {MigrationsPendingError} it lacks migrations
 */
export async function seedExistingDatabase(options: SeedOptions): Promise<SeedReport & { readonly path: string }> {
  const path = resolveDatabaseFile(options.path);
  if (options.environment === 'production') throw new ProductionRefusedError('seed', path, 'environment');
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  try {
    requireMigrated(database);
    return { path, ...(await seedDatabase(database, options)) };
  } catch (error) {
    throw explainDatabaseError(error, path);
  }
}
