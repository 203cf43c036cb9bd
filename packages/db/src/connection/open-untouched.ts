import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SIDECAR_SUFFIXES } from './database-files.ts';
import { openConnection } from './open-connection.ts';

/**
 * Opens a database to look at it, leaving its folder as it was. A file that is in use or was left by a crash is
 * opened read-only, so that nothing of it is folded back or rolled back. One that lies alone is not: read-only,
 * SQLite would leave an empty `-wal` and a `-shm` beside a file in WAL mode.
 */
export function openUntouched(path: string): Database.Database {
  const inUse = SIDECAR_SUFFIXES.some((suffix) => existsSync(path + suffix));
  const connection = openConnection(path, { readonly: inUse });
  connection.pragma('query_only = ON');
  return connection;
}
