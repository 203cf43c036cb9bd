import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DatabaseMissingError } from '../connection/connection-errors.ts';
import { requireIron } from '../connection/identity.ts';
import { openUntouched } from '../connection/open-untouched.ts';

/**
 * Opens a database of Iron's to look at it, leaving everything as it was.
 *
 * @throws {DatabaseMissingError} there is no file
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} it cannot be read as a database of Iron's
 */
export function openForReading(path: string): Database.Database {
  if (!existsSync(path)) throw new DatabaseMissingError(path);
  const connection = openUntouched(path);
  try {
    requireIron(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
