import { markEnvironment } from '../connection/environment-mark.ts';
import type { DatabaseLocation } from '../connection/database-url.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import type { OpenOptions } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { requireMigratedDatabase } from '../migrations/require-migrated-database.ts';
import { seedDatabase } from '../seed/seed-database.ts';
import type { Config } from './config.ts';

/** What a program decides instead of the configuration. */
export interface OpenFromConfigOptions extends Pick<OpenOptions, 'giveUpAfterMs'> {
  /** Default: `auto_migrate`. */
  readonly autoMigrate?: boolean;
  /** Another database than the one that is configured, opened as that one would be. */
  readonly location?: DatabaseLocation | undefined;
  /** Where backups of a database of a server are kept, as for `applyAllMigrations`. */
  readonly folder?: string | undefined;
  /** Looks at the migrated database before it is marked as one of production, or seeded; throws to refuse it. */
  readonly accept?: (database: IronDatabase) => Promise<void>;
}

/**
 * Opens the database that a configuration describes, ready to use: with its connections and foreign keys as
 * configured, migrated if `auto_migrate` (or, where it is given, `autoMigrate`), and seeded if `auto_seed`. A production
 * database is marked as one.
 *
 * @throws {MigrationsPendingError} migrations are pending, and `auto_migrate` is false or the URL says `mode=ro`
 * @throws {IronError} whatever `openDatabase` and `applyAllMigrations` refuse
 */
export async function openFromConfig(config: Config, options: OpenFromConfigOptions = {}): Promise<IronDatabase> {
  const { maxConnections, foreignKeys } = config.database;
  const { location = config.database.location, autoMigrate = config.database.autoMigrate, giveUpAfterMs } = options;
  const { accept = async () => undefined, folder } = options;
  const database = await openDatabase(location, { maxConnections, foreignKeys, giveUpAfterMs });
  try {
    await prepare(database, config, { location, autoMigrate, accept, folder });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Preparation = Required<Pick<OpenFromConfigOptions, 'autoMigrate' | 'accept'>> & {
  readonly location: DatabaseLocation;
  readonly folder: string | undefined;
};

async function prepare(
  database: IronDatabase,
  config: Config,
  { location, autoMigrate, accept, folder }: Preparation,
): Promise<void> {
  const isReadOnly = location.kind === 'file' && location.mode === 'ro';
  if (autoMigrate && !isReadOnly) await applyAllMigrations(database, { environment: config.environment, folder });
  else await requireMigratedDatabase(database);
  await accept(database);
  if (isReadOnly) return;
  await markEnvironment(database, config.environment);
  if (config.autoSeed) await seedDatabase(database);
}
