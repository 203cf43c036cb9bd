import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ReadLeavesLogError } from './connection-errors.ts';
import { SIDECAR_SUFFIXES } from './database-files.ts';
import { isWritable } from './file-access.ts';
import { isInWalMode } from './file-header.ts';
import { openConnection } from './open-connection.ts';

/**
 * Opens a database to look at it, and closes it again, leaving its folder as it was. A file that is in use or was left
 * by a crash is opened read-only, so that nothing of it is folded back or rolled back. One that lies alone is not:
 * read-only, SQLite would leave an empty `-wal` and a `-shm` beside a file in WAL mode.
 *
 * @throws {ReadLeavesLogError} it lies alone in WAL mode, and this process may not write to it. A log that it left
 *   would belong to the wrong user, and nobody but SQLite may remove one: another process may be using it by then.
 */
export function readUntouched<T>(path: string, read: (connection: Database.Database) => T): T {
  const isAlone = SIDECAR_SUFFIXES.every((suffix) => !existsSync(path + suffix));
  if (isAlone && existsSync(path) && !isWritable(path) && isInWalMode(path)) throw new ReadLeavesLogError(path);
  const connection = openConnection(path, { readonly: !isAlone });
  try {
    connection.pragma('query_only = ON');
    return read(connection);
  } finally {
    connection.close();
  }
}
