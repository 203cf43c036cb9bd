import { existsSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { databaseFiles } from '../connection/database-files.ts';
import { type FileHolder, findHolders } from '../connection/file-holders.ts';
import { type DatabaseIdentity, readIdentity } from '../connection/identity.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { type MigrationState, readMigrationState } from '../migrations/migration-state.ts';
import { readDatabase } from './read-database.ts';

/** What `iron db status` shows. Sizes are bytes. */
export interface DatabaseStatus {
  /** Absolute path. */
  readonly path: string;
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
  readonly journalMode: string;
  readonly sizeBytes: number;
  /** What has not been folded back into the file yet. */
  readonly walBytes: number;
  /** The processes that have it open, or `null` where the system does not tell. */
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
  return { ...rest, problem: problem && { code: problem.code, message: problem.message, hint: problem.hint ?? null } };
}
