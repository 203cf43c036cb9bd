import { closeSync, existsSync, openSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DatabaseMissingError, InvalidMaxConnectionsError } from './connection-errors.ts';
import { InvalidDatabaseUrlError, parseDatabaseUrl, type SqliteLocation } from './database-url.ts';
import { requireIron } from './identity.ts';
import { type SqliteDatabase, sqliteDatabase } from './sqlite-database.ts';
import {
  WAIT_FOR_LIFECYCLE_MS,
  WAIT_FOR_MAINTENANCE_MS,
  withLifecycleLock,
  withReadersLock,
} from './lifecycle-lock.ts';
import { type ConnectionOptions, openConnection, setPragma } from './open-connection.ts';
import { refuseOrphanedLog } from './refuse-orphaned-log.ts';
import { requireWritable } from './require-writable.ts';
import { resolveDatabaseFile } from './resolve-database-file.ts';
import { explainDatabaseError } from './sqlite-error.ts';

/** How a database is opened. */
export interface OpenOptions {
  /**
   * The most connections the opened database may hold: one that writes, the others are snapshots. Default: 5; always 1
   * in memory.
   */
  readonly maxConnections?: number;
  /** Whether references between rows are enforced. Default: yes. */
  readonly foreignKeys?: boolean;
  /**
   * How long a write waits while other processes keep the database locked, in milliseconds, before it fails with
   * `DatabaseBusyError`. Default: 30 seconds; a server, whose clients give up sooner, takes less.
   */
  readonly giveUpAfterMs?: number | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 5;

/**
 * Opens an SQLite database; its schema is not looked at (see `applyAllMigrations`).
 *
 * @param location a URL such as `sqlite:///./tokens.db?mode=rwc`, relative to the working directory, or a parsed one
 * @throws {InvalidDatabaseUrlError} the URL is not one of Iron's
 * @throws {InvalidMaxConnectionsError} `maxConnections` is less than 1
 * @throws {DatabaseMissingError} there is no file, and the mode is not `rwc`
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} the file is something else; it is left as it is
 * @throws {DatabaseNotWritableError} the mode is not `ro`, and the file or its folder cannot be written
 * @throws {DatabaseInUseError} the database is being replaced, and was so for 10 seconds
 */
export async function openSqliteDatabase(
  location: string | SqliteLocation,
  options: OpenOptions = {},
): Promise<SqliteDatabase> {
  const target = typeof location === 'string' ? parseSqliteUrl(location) : location;
  const maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
  if (!Number.isSafeInteger(maxConnections) || maxConnections < 1) throw new InvalidMaxConnectionsError(maxConnections);
  const { foreignKeys = true, giveUpAfterMs } = options;
  if (target.kind === 'memory') return sqliteDatabase(openConnection(':memory:', { foreignKeys }), ':memory:', 1);

  const path = resolveDatabaseFile(target.path);
  if (target.mode !== 'rwc' && !existsSync(path)) throw new DatabaseMissingError(path);
  const wrap = (connection: Database.Database) => sqliteDatabase(connection, path, maxConnections, { giveUpAfterMs });
  if (target.mode === 'ro') {
    return await withReadersLock(path, WAIT_FOR_LIFECYCLE_MS, () =>
      wrap(openFile(path, { readonly: true, foreignKeys })),
    );
  }
  return await withLifecycleLock(path, 'open', WAIT_FOR_LIFECYCLE_MS, async () => {
    if (target.mode === 'rwc') createPrivateFile(path);
    requireWritable(path);
    return wrap(await keepLogAhead(openFile(path, { foreignKeys }), path));
  });
}

function parseSqliteUrl(url: string): SqliteLocation {
  const location = parseDatabaseUrl(url, process.cwd());
  if (location.kind !== 'postgres') return location;
  throw new InvalidDatabaseUrlError(url, 'it names a PostgreSQL server, and an SQLite file is needed here');
}

function openFile(path: string, options: ConnectionOptions): Database.Database {
  const connection = openConnection(path, options);
  try {
    requireIron(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw explainDatabaseError(error, path);
  }
}

/**
 * Puts a file that is new, or the copy of a backup, into WAL mode. Two at once would each wait for the other to let
 * go of the file; so one does it, as maintenance, and the others find it done.
 */
async function keepLogAhead(connection: Database.Database, path: string): Promise<Database.Database> {
  try {
    if (connection.pragma('journal_mode', { simple: true }) !== 'wal') {
      const setMode = () => setPragma(connection, 'journal_mode', 'wal');
      await withLifecycleLock(path, 'maintain', WAIT_FOR_MAINTENANCE_MS, setMode);
    }
    return connection;
  } catch (error) {
    connection.close();
    throw explainDatabaseError(error, path);
  }
}

/** SQLite would make the file readable to everybody; its journal files take over the mode of the database. */
export function createPrivateFile(path: string): void {
  refuseOrphanedLog(path);
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(path)) throw explainDatabaseError(error, path);
  }
}
