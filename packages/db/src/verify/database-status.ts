import { existsSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { databaseFiles } from '../connection/database-files.ts';
import { type FileHolder, findHolders } from '../connection/file-holders.ts';
import { type DatabaseIdentity, readIdentity } from '../connection/identity.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { type MigrationState, problemOf, readMigrationState } from '../migrations/migration-state.ts';
import { readDatabase } from './read-database.ts';

/** What `iron db status` shows. Sizes are bytes. */
export interface DatabaseStatus {
  /** Absolute path, or what a person knows the database of a server by. */
  readonly path: string;
  readonly engine: 'sqlite' | 'postgres';
  /** `PostgreSQL 18.4`; `null` for a file. */
  readonly server: string | null;
  readonly identity: DatabaseIdentity | null;
  readonly applied: readonly MigrationState[];
  /** Migration files that the database lacks. */
  readonly pending: readonly string[];
  /** Why the database cannot be migrated as it is, or `null`. */
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  /** Tables whose name does not start with `_`. */
  readonly tables: number;
  /** Indexes whose name starts with `idx_`. */
  readonly indexes: number;
  /** `null` on a server. */
  readonly journalMode: string | null;
  /** Of the file; on a server of Iron's tables, with their indexes and what is stored beside them. */
  readonly sizeBytes: number;
  /** What has not been folded back into the file yet; `null` on a server. */
  readonly walBytes: number | null;
  /** The processes that have it open, on a server its own; `null` where the system does not tell. */
  readonly holders: readonly FileHolder[] | null;
}

/**
 * The state of a database. Reads only, and leaves nothing behind.
 *
 * @throws {DatabaseMissingError} there is no database
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} the file cannot be read as one of Iron's
 */
export function databaseStatus(file: string): DatabaseStatus {
  const path = resolveDatabaseFile(file);
  const [, wal = ''] = databaseFiles(path);
  const walBytes = existsSync(wal) ? statSync(wal).size : 0;
  const holders = findHolders(path);
  return readDatabase(path, (connection) => ({
    path,
    engine: 'sqlite',
    server: null,
    identity: readIdentity(connection) ?? null,
    ...describeMigrations(connection, path),
    ...countSchema(connection),
    journalMode: String(connection.pragma('journal_mode', { simple: true })),
    sizeBytes: statSync(path).size,
    walBytes,
    holders,
  }));
}

/** The counts that the database guide's two queries give. */
function countSchema(connection: Database.Database): Pick<DatabaseStatus, 'tables' | 'indexes'> {
  const count = (sql: string) => Number(connection.prepare(sql).pluck().get());
  return {
    tables: count("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND substr(name,1,1) != '_'"),
    indexes: count("SELECT COUNT(*) FROM sqlite_master WHERE type='index' AND name LIKE 'idx_%'"),
  };
}

/** What is applied and what is not, and of a problem what can be printed. */
function describeMigrations(
  connection: Database.Database,
  path: string,
): Pick<DatabaseStatus, 'applied' | 'pending' | 'problem'> {
  const { problem, ...rest } = readMigrationState({ connection, path });
  return { ...rest, problem: problemOf(problem) };
}
