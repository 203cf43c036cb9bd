import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DatabaseMissingError } from '../connection/connection-errors.ts';
import { SIDECAR_SUFFIXES } from '../connection/database-files.ts';
import { requireIron } from '../connection/identity.ts';
import { openConnection } from '../connection/open-connection.ts';

/**
 * Opens a database to look at it, leaving its folder as it was. A file that is in use or was left by a crash is
 * opened read-only, so that nothing of it is folded back or rolled back. One that lies alone is not: read-only,
 * SQLite would leave an empty `-wal` and a `-shm` beside a file in WAL mode.
 *
 * @throws {DatabaseMissingError} there is no file
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} it cannot be read as a database of Iron's
 */
export function openForReading(path: string): Database.Database {
  if (!existsSync(path)) throw new DatabaseMissingError(path);
  const inUse = SIDECAR_SUFFIXES.some((suffix) => existsSync(path + suffix));
  const connection = openConnection(path, { readonly: inUse });
  try {
    connection.pragma('query_only = ON');
    requireIron(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
