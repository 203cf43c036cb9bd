import type Database from 'better-sqlite3';
import type { Migration } from './read-migrations.ts';
import { numberText } from './migration-errors.ts';

/** The mark that a migration leaves in the database, in its own transaction. */
export interface Guard {
  readonly number: number;
  /** Milliseconds since the epoch; `undefined` when the guard's table is there without its row, or made by hand. */
  readonly appliedAt: number | undefined;
  /** SHA-256 of the migration's text, in hexadecimal. */
  readonly checksum: string | undefined;
}

const GUARD_NAME = /^_migration_(\d{3}|[1-9]\d{3,})_completed$/;

/** Whether a table is the guard of a migration. */
export function isGuardTable(name: string): boolean {
  return GUARD_NAME.test(name);
}

/** The name of a migration's guard. */
export function guardTableName(number: number): string {
  return `_migration_${numberText(number)}_completed`;
}

/** Every guard in the database, by number. */
export function readGuards(connection: Database.Database): Guard[] {
  const names = connection.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return names
    .flatMap((name) => {
      const number = GUARD_NAME.exec(name)?.[1];
      return number === undefined ? [] : [{ number: Number(number), ...readRow(connection, name) }];
    })
    .toSorted((one, other) => one.number - other.number);
}

/** Leaves the guard of `migration`; part of its transaction. */
export function writeGuard(connection: Database.Database, migration: Migration, now: number): void {
  const name = guardTableName(migration.number);
  connection.exec(`CREATE TABLE ${name} (applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT`);
  connection.prepare(`INSERT INTO ${name} (applied_at, checksum) VALUES (?, ?)`).run(now, migration.checksum);
}

function readRow(connection: Database.Database, name: string): Pick<Guard, 'appliedAt' | 'checksum'> {
  const columns = connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(name);
  if (!columns.includes('applied_at') || !columns.includes('checksum')) {
    return { appliedAt: undefined, checksum: undefined };
  }
  const row = connection
    .prepare<[], { appliedAt: number; checksum: string }>(
      `SELECT applied_at AS appliedAt, checksum FROM ${name} ORDER BY rowid LIMIT 1`,
    )
    .get();
  return { appliedAt: row?.appliedAt, checksum: row?.checksum };
}
