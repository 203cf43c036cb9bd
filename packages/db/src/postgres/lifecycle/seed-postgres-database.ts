import { ProductionRefusedError } from '../../connection/connection-errors.ts';
import type { Environment } from '../../connection/environment.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { type SeedReport, seedDatabase } from '../../seed/seed-database.ts';
import { requirePostgresMigrated } from '../migrations/postgres-migration-plan.ts';
import { openPostgresDatabase } from '../open-postgres-database.ts';
import { postgresName } from '../postgres-name.ts';

/** Which database of a server to put the development data in. */
export interface PostgresSeedOptions {
  readonly location: PostgresLocation;
  /** Where this runs; refused when it is production. */
  readonly environment: Environment;
  readonly now?: () => number;
}

/**
 * Puts the development data into a database of a server that exists and is migrated, see {@link seedDatabase}. It may be
 * in use.
 *
 * @throws {ProductionRefusedError} `environment` is production, or the database is marked so
 * @throws {DatabaseMissingError} there is no database
 * @throws {MigrationsPendingError} it lacks migrations
 */
export async function seedPostgresDatabase(
  options: PostgresSeedOptions,
): Promise<SeedReport & { readonly path: string }> {
  const { location, environment } = options;
  const path = postgresName(location);
  if (environment === 'production') throw new ProductionRefusedError('seed', path, 'environment');
  await using database = await openPostgresDatabase(location, { maxConnections: 1 });
  await requirePostgresMigrated(database);
  return { path, ...(await seedDatabase(database, options)) };
}
