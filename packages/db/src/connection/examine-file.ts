import type Database from 'better-sqlite3';
import { RecoveryNeededError } from './connection-errors.ts';
import { hasIronHeader } from './file-header.ts';
import { openConnection } from './open-connection.ts';
import { readUntouched } from './read-untouched.ts';

/**
 * Looks at a file that is to be copied or replaced, if it turns out to be one of Iron's. Before that is known it is
 * not written to: a writer would fold a log back, or roll a journal back, on closing too.
 */
export function examineFile<T>(path: string, examine: (connection: Database.Database) => T): T {
  try {
    return readUntouched(path, examine);
  } catch (error) {
    if (!(error instanceof RecoveryNeededError && hasIronHeader(path))) throw error;
  }
  const connection = openConnection(path);
  try {
    return examine(connection);
  } finally {
    connection.close();
  }
}
