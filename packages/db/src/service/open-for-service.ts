import { Config } from '../config/config.ts';
import { openFromConfig } from '../config/open-from-config.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { requireMigrated } from '../migrations/migration-plan.ts';

export interface ServiceOptions {
  /** Apply the migrations that the database lacks. Default: yes for a URL, no for a database that is open already. */
  readonly autoMigrate?: boolean;
}

/** A database that has the schema of this version, and whether closing it is up to the service that it is for. */
export interface ServiceDatabase {
  readonly database: IronDatabase;
  readonly isOwned: boolean;
}

/**
 * Gives a service its database. What a URL or a configuration names is opened for this service alone; a database that
 * is open already is shared. Either way no service runs on another schema than its own.
 *
 * @throws {MigrationsPendingError} it lacks migrations, and `autoMigrate` is off
 * @throws {IronError} whatever `openDatabase` and `applyAllMigrations` refuse
 */
export async function openForService(
  target: string | Config | IronDatabase,
  { autoMigrate = typeof target === 'string' }: ServiceOptions = {},
): Promise<ServiceDatabase> {
  if (target instanceof Config) return { database: await openFromConfig(target), isOwned: true };
  if (typeof target !== 'string') {
    await prepare(target, autoMigrate);
    return { database: target, isOwned: false };
  }
  const database = await openDatabase(target);
  try {
    await prepare(database, autoMigrate);
    return { database, isOwned: true };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function prepare(database: IronDatabase, autoMigrate: boolean): Promise<void> {
  if (autoMigrate && !database.connection.readonly) await applyAllMigrations(database);
  else requireMigrated(database);
}
