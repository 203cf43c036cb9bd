import type Database from 'better-sqlite3';
import { SqliteTooOldError } from './connection-errors.ts';

/** The first version without the race in resetting the write-ahead log (sqlite.org/wal.html#walresetbug). */
const OLDEST = [3, 51, 3] as const;

/** @throws {SqliteTooOldError} the SQLite inside the driver is too old to be trusted with a write-ahead log */
export function requireSafeSqlite(connection: Database.Database): void {
  const version = sqliteVersion({ connection });
  const parts = version.split('.').map(Number);
  for (const [index, least] of OLDEST.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) throw new SqliteTooOldError(version, OLDEST.join('.'));
  }
}

/** `3.53.0`: the version of the SQLite inside the driver. */
export function sqliteVersion({ connection }: { readonly connection: Database.Database }): string {
  return String(connection.prepare('SELECT sqlite_version()').pluck().get());
}
