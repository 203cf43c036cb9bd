import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { ironMigrations } from './migration-files.fixture.ts';

/** When the migrations of {@link alteredDatabase} were applied. */
export const ALTERED_AT = 1_750_000_000_000;

/** A database in memory with the first `count` migrations, or all of them, altered by hand. */
export async function alteredDatabase(sql: string, count?: number): Promise<SqliteDatabase> {
  const database = await openSqliteDatabase('sqlite::memory:');
  await applyAllMigrations(database, { migrations: ironMigrations(count), now: () => ALTERED_AT });
  database.connection.pragma('foreign_keys = OFF');
  database.connection.exec(sql);
  return database;
}
