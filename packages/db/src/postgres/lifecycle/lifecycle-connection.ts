import { Client } from 'pg';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { Writer } from '../../work/queries.ts';
import { connectionOptions } from '../connection-options.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { SCHEMA } from '../iron-schema.ts';
import { postgresName } from '../postgres-name.ts';
import { postgresQueries } from '../postgres-queries.ts';
import { sessionOn } from '../postgres-session.ts';
import { requireSupportedVersion, SERVER_VERSION } from '../server-version.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/** What the server's list of connections shows of the commands on a whole database. */
export const LIFECYCLE_APPLICATION = 'iron db';

/** How long a lock of somebody else is waited for. */
const WAIT_FOR_LOCK_MS = 10_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

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

/**
 * What was set for the user or the database must not end a long command half-way, nor make the same values read
 * differently on two connections.
 */
const SETTINGS = [
  `SET search_path = ${SCHEMA}`,
  `SET lock_timeout = ${WAIT_FOR_LOCK_MS}`,
  'SET statement_timeout = 0',
  'SET idle_in_transaction_session_timeout = 0',
  'SET default_transaction_read_only = off',
  'SET check_function_bodies = off',
  "SET datestyle = 'ISO, MDY'",
  "SET intervalstyle = 'postgres'",
  "SET timezone = 'UTC'",
  "SET bytea_output = 'hex'",
  'SET extra_float_digits = 1',
  'SET client_min_messages = warning',
].join('; ');

/**
 * Connects without a pool: a lock of the session, COPY and a transaction of minutes need one connection to themselves.
 *
 * @throws {DatabaseUnreachableError | DatabaseAccessRefusedError | DatabaseMissingError} the server does not let it in
 * @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system
 */
export async function connectForLifecycle(location: PostgresLocation): Promise<LifecycleConnection> {
  const explain = (error: unknown) => explainPostgresError(error, { location, giveUpAfterMs: WAIT_FOR_LOCK_MS });
  const client = new Client({
    ...connectionOptions(location),
    application_name: LIFECYCLE_APPLICATION,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  client.on('error', () => undefined); // the statement under way fails, or the next one
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(SERVER_VERSION);
    requireSupportedVersion(postgresName(location), rows);
    await client.query(SETTINGS);
  } catch (error) {
    await close(client);
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
    [Symbol.asyncDispose]: async () => await close(client),
  };
}

/** A COPY that was left half-way would never answer a goodbye. */
async function close(client: Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  const broken = new Promise<void>((resolve) => {
    setTimeout(() => {
      client.connection.stream.destroy();
      resolve();
    }, GOODBYE_MS).unref();
  });
  await Promise.race([ended, broken]);
}

const GOODBYE_MS = 2_000;
