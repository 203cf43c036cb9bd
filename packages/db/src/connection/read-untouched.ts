import { existsSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SIDECAR_SUFFIXES } from './database-files.ts';
import { findHolders } from './file-holders.ts';
import { openConnection } from './open-connection.ts';
import { isWritable } from './require-writable.ts';

/**
 * Opens a database to look at it, and closes it again, leaving its folder as it was. A file that is in use or was left
 * by a crash is opened read-only, so that nothing of it is folded back or rolled back. One that lies alone is not:
 * read-only, SQLite would leave an empty `-wal` and a `-shm` beside a file in WAL mode.
 */
export function readUntouched<T>(path: string, read: (connection: Database.Database) => T): T {
  const isAlone = SIDECAR_SUFFIXES.every((suffix) => !existsSync(path + suffix));
  const leavesLog = isAlone && !isWritable(path);
  try {
    const connection = openConnection(path, { readonly: !isAlone });
    try {
      connection.pragma('query_only = ON');
      return read(connection);
    } finally {
      connection.close();
    }
  } finally {
    if (leavesLog) removeEmptyLog(path);
  }
}

/**
 * Who may not write to the file cannot help leaving a log, and it would be as unwritable as the file is: nobody could
 * write to the database again, also when it is made writable.
 */
function removeEmptyLog(path: string): void {
  const hasContent = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (hasContent || findHolders(path)?.length !== 0) return;
  for (const suffix of SIDECAR_SUFFIXES) rmSync(path + suffix, { force: true });
}
