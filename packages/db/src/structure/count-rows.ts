import type Database from 'better-sqlite3';
import { quoteName } from './quote-name.ts';

/** How many rows each table has. */
export function countRows(connection: Database.Database): Record<string, number> {
  return Object.fromEntries(tableNames(connection).map((table) => [table, countTableRows(connection, table)]));
}

/** How many rows one table has. */
export function countTableRows(connection: Database.Database, table: string): number {
  return Number(
    connection
      .prepare(`SELECT count(*) FROM ${quoteName(table)}`)
      .pluck()
      .get(),
  );
}

/** Every table but SQLite's own, by name. */
export function tableNames(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name",
    )
    .pluck()
    .all();
}
