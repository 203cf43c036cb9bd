import type { IronDatabase } from '../connection/iron-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import type { Environment } from '../connection/environment.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';

/** A migrated, empty database in memory. */
export async function migratedMemory(environment: Environment = 'development'): Promise<IronDatabase> {
  const database = await openDatabase('sqlite::memory:');
  await applyAllMigrations(database, { environment });
  return database;
}
