import type { Client } from 'pg';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { Writer } from '../../work/queries.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { LONG_WORK_SETTINGS, WAIT_FOR_LOCK_MS } from '../long-work-settings.ts';
import { closeOwnClient, ownClient } from '../own-client.ts';
import { postgresName } from '../postgres-name.ts';
import { postgresQueries } from '../postgres-queries.ts';
import { sessionOn } from '../postgres-session.ts';
import { requireSupportedVersion, SERVER_VERSION } from '../server-version.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/** One connection of its own, for what is done with a database as a whole. Closing it ends what is under way. */
export interface LifecycleConnection extends AsyncDisposable {
  readonly location: PostgresLocation;
  /** What a person knows the database by. */
  readonly name: string;
  /** The driver's connection, for COPY. */
  readonly client: Client;
  /** Statements, and what they give; integers are numbers. */
  readonly query: PostgresQuery;
  /** Queries as in a piece of work, in whatever transaction and schema the connection is. */
  readonly queries: Writer;
  /** Turns what the driver says into the error that a person can act on. */
  readonly explain: (error: unknown) => unknown;
}

const SETTINGS = [
  ...LONG_WORK_SETTINGS,
  'default_transaction_read_only = off',
  'check_function_bodies = off',
  'client_min_messages = warning',
].map((setting) => `SET ${setting}`);

/**
 * Connects without a pool: a lock of the session, COPY and a transaction of minutes need one connection to themselves.
 *
 * @throws {DatabaseUnreachableError | DatabaseAccessRefusedError | DatabaseMissingError} the server does not let it in
 * @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system
 */
export async function connectForLifecycle(location: PostgresLocation): Promise<LifecycleConnection> {
  const explain = (error: unknown) => explainPostgresError(error, { location, giveUpAfterMs: WAIT_FOR_LOCK_MS });
  const client = ownClient(location);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(SERVER_VERSION);
    requireSupportedVersion(postgresName(location), rows);
    await client.query(SETTINGS.join('; '));
  } catch (error) {
    await closeOwnClient(client);
    throw explain(error);
  }
  const session = sessionOn(client, explain);
  return {
    location,
    name: postgresName(location),
    client,
    query: async (sql, parameters) => [...(await session.query(sql, parameters)).rows],
    queries: postgresQueries(session),
    explain,
    [Symbol.asyncDispose]: async () => await closeOwnClient(client),
  };
}
