import { Config } from '../config/config.ts';
import { openFromConfig } from '../config/open-from-config.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { requireMigratedDatabase } from '../migrations/require-migrated-database.ts';

/** How every service is opened. */
export interface ServiceOptions {
  /**
   * Apply the migrations that the database lacks. Default: as the configuration says, yes for a URL, no for a database
   * that is open already.
   */
  readonly autoMigrate?: boolean;
  /** The clock: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
}

/** What the functions behind a service work with. */
export interface ServiceContext {
  /** Has the schema of this version. */
  readonly database: IronDatabase;
  readonly now: () => number;
}

/** What `openForService` gives a service. */
export interface OpenService extends ServiceContext {
  /** Closes the database if it was opened for this service alone. */
  close(): Promise<void>;
}

/**
 * Gives a service its database and its clock. What a URL or a configuration names is opened for this service alone; a
 * database that is open already is shared. Either way no service runs on another schema than its own.
 *
 * @throws {MigrationsPendingError} it lacks migrations, and `autoMigrate` is off
 * @throws {IronError} whatever `openDatabase` and `applyAllMigrations` refuse
 */
export async function openForService(
  target: string | Config | IronDatabase,
  { now = Date.now, ...options }: ServiceOptions = {},
): Promise<OpenService> {
  if (typeof target !== 'string' && !(target instanceof Config)) {
    await prepare(target, options.autoMigrate ?? false);
    return { database: target, now, close: async () => undefined };
  }
  const database =
    typeof target === 'string' ? await openUrl(target, options.autoMigrate) : await openFromConfig(target, options);
  return { database, now, close: async () => await database.close() };
}

async function openUrl(url: string, autoMigrate = true): Promise<IronDatabase> {
  const database = await openDatabase(url);
  try {
    await prepare(database, autoMigrate);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function prepare(database: IronDatabase, autoMigrate: boolean): Promise<void> {
  const isReadOnly = database.engine === 'sqlite' && database.connection.readonly;
  if (autoMigrate && !isReadOnly) await applyAllMigrations(database);
  else await requireMigratedOnce(database);
}

/** What the structure of a database was when it was found right. */
const foundRightAt = new WeakMap<IronDatabase, unknown>();

/** Several services share a database: what was found right and has not changed since need not be compared again. */
async function requireMigratedOnce(database: IronDatabase): Promise<void> {
  // SQLite counts the changes of the structure, by whomever. PostgreSQL does not: there it is compared once.
  const structureVersion =
    database.engine === 'sqlite' ? database.connection.pragma('schema_version', { simple: true }) : 'compared';
  if (foundRightAt.get(database) === structureVersion) return;
  await requireMigratedDatabase(database);
  foundRightAt.set(database, structureVersion);
}
