import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DatabaseMissingError } from '../connection/connection-errors.ts';
import { requireIron } from '../connection/identity.ts';
import { readUntouched } from '../connection/read-untouched.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/**
 * Opens a database of Iron's to look at it, and closes it again, leaving everything as it was.
 *
 * @throws {DatabaseMissingError} there is no file
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} it cannot be read as a database of Iron's
 * @throws {RecoveryNeededError} a process died while it wrote, and only a writer can put that right
 */
export function readDatabase<T>(path: string, read: (connection: Database.Database) => T): T {
  if (!existsSync(path)) throw new DatabaseMissingError(path);
  try {
    return readUntouched(path, (connection) => {
      requireIron(connection, path);
      return read(connection);
    });
  } catch (error) {
    throw explainDatabaseError(error, path);
  }
}
