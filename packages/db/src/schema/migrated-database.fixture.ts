import Database from 'better-sqlite3';
import { readMigrations } from '../migrations/read-migrations.ts';

export interface MigratedDatabase extends Disposable {
  readonly connection: Database.Database;
}

/** A database in memory as the migration files up to number `last` build it, without guards and without rows. */
export function migratedDatabase({ last = Number.POSITIVE_INFINITY } = {}): MigratedDatabase {
  const connection = new Database(':memory:');
  for (const { number, sql } of readMigrations()) if (number <= last) connection.exec(sql);
  return { connection, [Symbol.dispose]: () => void connection.close() };
}
