import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import type { Environment } from '../connection/environment.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';

/** A migrated, empty database in memory. */
export async function migratedMemory(environment: Environment = 'development'): Promise<SqliteDatabase> {
  const database = await openSqliteDatabase('sqlite::memory:');
  await applyAllMigrations(database, { environment });
  return database;
}
