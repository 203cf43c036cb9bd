import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DatabaseInUseError } from '../connection/connection-errors.ts';
import { SIDECAR_SUFFIXES } from '../connection/database-files.ts';
import { findHolders } from '../connection/file-holders.ts';
import { openConnection } from '../connection/open-connection.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/**
 * Takes a database out of use before it is replaced: everything that was committed is in the one file, nothing lies
 * beside it, and nobody can write to it until the returned connection is closed. Its content does not change.
 *
 * The way there also finds who has it open where the system does not tell: a file in WAL mode leaves that mode only
 * when no other connection has touched it.
 *
 * @throws {DatabaseInUseError} somebody else has it open
 */
export function holdExclusively(path: string): Database.Database {
  refuseHolders(path);
  const connection = openConnection(path, { busyTimeoutMs: 1_000 });
  try {
    const mode: unknown = connection.pragma('journal_mode = DELETE', { simple: true });
    if (mode !== 'delete' || SIDECAR_SUFFIXES.some((suffix) => existsSync(path + suffix))) {
      throw new DatabaseInUseError(path, findHolders(path, { exceptSelf: true }) ?? []);
    }
    connection.exec('BEGIN IMMEDIATE');
    return connection;
  } catch (error) {
    connection.close();
    throw explainDatabaseError(error, path);
  }
}

/** @throws {DatabaseInUseError} the system tells of another process that has the database open */
export function refuseHolders(path: string): void {
  const holders = findHolders(path, { exceptSelf: true }) ?? [];
  if (holders.length > 0) throw new DatabaseInUseError(path, holders);
}
