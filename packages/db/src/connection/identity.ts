import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Environment } from './environment.ts';
import { NotIronError } from './connection-errors.ts';

/** The four letters `Iron` in the file's header (PRAGMA application_id). */
export const APPLICATION_ID = 0x49726f6e;

/** PRAGMA user_version of a production database: in the header, where it is read even if the tables cannot be. */
export const PRODUCTION_MARK = 1;

/** The row of `_iron`: what this database is. */
export interface DatabaseIdentity {
  readonly instanceId: string;
  /** `production` is for good: reset and seed refuse such a database. */
  readonly environment: Environment;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When the development data was put in, or `null`. */
  readonly seededAt: number | null;
}

/** Whether the file has no table, index, view or trigger at all, as a new one has. */
export function isEmptyDatabase(connection: Database.Database): boolean {
  return connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/**
 * Refuses a file that another program made. A file with nothing in it may become Iron's.
 *
 * @throws {NotIronError} the header says that it is not Iron's, and there is something in it
 */
export function requireIron(connection: Database.Database, path: string): void {
  const applicationId = Number(connection.pragma('application_id', { simple: true }));
  if (applicationId === APPLICATION_ID) return;
  if (applicationId !== 0 || !isEmptyDatabase(connection)) throw new NotIronError(path, applicationId);
}

/** What the database says it is; `undefined` before its first migration. */
export function readIdentity(connection: Database.Database): DatabaseIdentity | undefined {
  if (!hasIdentityTable(connection)) return undefined;
  return connection
    .prepare<[], DatabaseIdentity>(
      'SELECT instance_id AS instanceId, environment, created_at AS createdAt, seeded_at AS seededAt FROM _iron',
    )
    .get();
}

/** Gives a database its identity, once; says whether it did. Part of the transaction of the first migration. */
export function writeIdentity(connection: Database.Database, environment: Environment, now: number): boolean {
  if (!hasIdentityTable(connection) || readIdentity(connection)) return false;
  connection.pragma(`application_id = ${APPLICATION_ID}`);
  connection
    .prepare('INSERT INTO _iron (id, instance_id, environment, created_at) VALUES (1, ?, ?, ?)')
    .run(randomUUID(), environment, now);
  if (environment === 'production') connection.pragma(`user_version = ${PRODUCTION_MARK}`);
  return true;
}

/** Whether the database is one of production: by its row, or by its header if the row is gone. */
export function isProductionDatabase(connection: Database.Database): boolean {
  if (connection.pragma('user_version', { simple: true }) === PRODUCTION_MARK) return true;
  return readIdentity(connection)?.environment === 'production';
}

function hasIdentityTable(connection: Database.Database): boolean {
  const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_iron'");
  return table.get() !== undefined;
}
