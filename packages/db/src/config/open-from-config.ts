import { markEnvironment } from '../connection/identity.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { requireMigrated } from '../migrations/migration-plan.ts';
import { seedDatabase } from '../seed/seed-database.ts';
import type { Config } from './config.ts';

/**
 * Opens the database that a configuration describes, ready to use: with its connections and foreign keys as
 * configured, migrated if `auto_migrate` (or, where it is given, `autoMigrate`), and seeded if `auto_seed`. A production
 * database is marked as one.
 *
 * @throws {MigrationsPendingError} migrations are pending, and `auto_migrate` is false or the URL says `mode=ro`
 * @throws {IronError} whatever `openDatabase` and `applyAllMigrations` refuse
 */
export async function openFromConfig(
  config: Config,
  { autoMigrate = config.database.autoMigrate }: { readonly autoMigrate?: boolean } = {},
): Promise<IronDatabase> {
  const { location, maxConnections, foreignKeys } = config.database;
  const database = await openDatabase(location, { maxConnections, foreignKeys });
  try {
    await prepare(database, config, autoMigrate);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function prepare(database: IronDatabase, config: Config, autoMigrate: boolean): Promise<void> {
  const { location } = config.database;
  const isReadOnly = location.kind === 'file' && location.mode === 'ro';
  if (autoMigrate && !isReadOnly) await applyAllMigrations(database, { environment: config.environment });
  else requireMigrated(database);
  if (isReadOnly) return;
  markEnvironment(database, config.environment);
  if (config.autoSeed) seedDatabase(database);
}
