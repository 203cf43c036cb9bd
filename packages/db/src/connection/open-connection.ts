import Database from 'better-sqlite3';
import { SettingRefusedError } from './connection-errors.ts';
import { refuseOrphanedLog } from './refuse-orphaned-log.ts';
import { requireSafeSqlite } from './sqlite-version.ts';
import { explainDatabaseError } from './sqlite-error.ts';

export interface ConnectionOptions {
  readonly readonly?: boolean;
  /** Create the file when it is missing. */
  readonly create?: boolean;
  /** Whether references between rows are enforced. Default: yes. */
  readonly foreignKeys?: boolean;
  /** How long a statement waits for another's lock, in milliseconds. Default: 5 seconds. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens one connection to `path` with every setting that Iron relies on set explicitly and read back: what SQLite
 * does by default depends on how it was compiled. The journal mode is left as the file has it.
 *
 * @throws {IronError} what stands in the way, see {@link explainDatabaseError}
 */
export function openConnection(path: string, options: ConnectionOptions = {}): Database.Database {
  let connection: Database.Database | undefined;
  try {
    refuseOrphanedLog(path);
    connection = new Database(path, {
      readonly: options.readonly ?? false,
      fileMustExist: !(options.create ?? false),
      timeout: options.busyTimeoutMs ?? 5_000,
    });
    applySettings(connection, options.foreignKeys);
    return connection;
  } catch (error) {
    connection?.close();
    throw explainDatabaseError(error, path);
  }
}

const FULL = 2;

/** Sets what Iron relies on, and reads the file, so that damage shows here and not in the first query. */
export function applySettings(connection: Database.Database, foreignKeys = true): void {
  requireSafeSqlite(connection);
  setPragma(connection, 'foreign_keys', foreignKeys ? 1 : 0);
  setPragma(connection, 'synchronous', FULL);
  setPragma(connection, 'trusted_schema', 0);
  connection.pragma('schema_version');
}

/** @throws {SettingRefusedError} SQLite kept another value, as it does for `foreign_keys` inside a transaction */
export function setPragma(connection: Database.Database, name: string, value: string | number): void {
  connection.pragma(`${name} = ${value}`);
  const found: unknown = connection.pragma(name, { simple: true });
  if (found !== value) throw new SettingRefusedError(name, value, found);
}
