import type { Client } from 'pg';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { connectForLifecycle, type LifecycleConnection } from '../lifecycle/lifecycle-connection.ts';
import { closeOwnClient, ownClient } from '../own-client.ts';
import { postgresName } from '../postgres-name.ts';
import { requireSupportedVersion, SERVER_VERSION } from '../server-version.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/** A connection of its own, beside the pool's. */
export interface MigrationConnection {
  /** Statements that are not prepared, so that a pooler does not mind them. Errors are those of the driver. */
  readonly query: PostgresQuery;
  /** What errors call the database. */
  readonly path: string;
}

/** Who and where a connection is. */
export interface ConnectionFacts {
  readonly serverVersion: number;
  readonly database: string;
  readonly user: string;
  /** Nothing can be written: a standby, or a user for whom it is set so. */
  readonly isReadOnly: boolean;
  /** Whether a schema can be made beside. */
  readonly mayCreateSchema: boolean;
}

/** A connection as it comes, with no setting of its session changed: it may be a pooler's. Errors are the driver's. */
export async function connectPlainly(location: PostgresLocation): Promise<MigrationConnection & AsyncDisposable> {
  const client = ownClient(location);
  try {
    await client.connect();
  } catch (error) {
    await closeOwnClient(client);
    throw error;
  }
  return {
    path: postgresName(location),
    query: queryOn(client),
    [Symbol.asyncDispose]: async () => await closeOwnClient(client),
  };
}

/** A connection to the server itself, or to a session of a pooler, that is kept to the end. */
export async function connectForMigration(
  location: PostgresLocation,
): Promise<MigrationConnection & AsyncDisposable & { readonly lifecycle: LifecycleConnection }> {
  const lifecycle = await connectForLifecycle(location);
  return {
    lifecycle,
    path: lifecycle.name,
    query: queryOn(lifecycle.client),
    [Symbol.asyncDispose]: async () => await lifecycle[Symbol.asyncDispose](),
  };
}

/** Also several statements at once, without parameters. */
export function queryOn(client: Client): PostgresQuery {
  return async (sql, parameters) => (await client.query<Record<string, unknown>>(sql, parameters)).rows;
}

const FACTS = `
  SELECT current_setting('server_version_num')::int AS version, current_database()::text AS database,
    current_user::text AS user, current_setting('transaction_read_only')::boolean AS "isReadOnly",
    has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchema"`;

/** @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system */
export async function readFacts({ query, path }: MigrationConnection): Promise<ConnectionFacts> {
  requireSupportedVersion(path, await query(SERVER_VERSION));
  const [facts] = await query(FACTS);
  return {
    serverVersion: Number(facts?.['version']),
    database: String(facts?.['database']),
    user: String(facts?.['user']),
    isReadOnly: facts?.['isReadOnly'] === true,
    mayCreateSchema: facts?.['mayCreateSchema'] === true,
  };
}

/** Runs `work` in a transaction that leaves nothing. */
export async function rolledBack<T>(query: PostgresQuery, begin: string, work: () => Promise<T>): Promise<T> {
  await query(begin);
  try {
    return await work();
  } finally {
    await query('ROLLBACK').catch(() => undefined); // it broke, and so is rolled back
  }
}
