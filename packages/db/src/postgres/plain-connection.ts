import type { Client } from 'pg';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { closeOwnClient, ownClient } from './own-client.ts';
import { postgresName } from './postgres-name.ts';
import type { PostgresQuery } from './postgres-query.ts';
import { type PostgresSession, sessionOn } from './postgres-session.ts';

/** A connection beside the pool's, of which a pooler keeps nothing. */
export interface PlainConnection {
  /** What a person knows the database by. */
  readonly name: string;
  /** Statements that are not prepared; integers are numbers, and errors are those of the driver. */
  readonly query: PostgresQuery;
}

/** A connection as it comes, with no setting of its session changed: it may be a pooler's. Errors are the driver's. */
export async function connectPlainly(location: PostgresLocation): Promise<PlainConnection & AsyncDisposable> {
  const client = ownClient(location);
  try {
    await client.connect();
  } catch (error) {
    await closeOwnClient(client);
    throw error;
  }
  return {
    name: postgresName(location),
    query: plainQuery(client),
    [Symbol.asyncDispose]: async () => await closeOwnClient(client),
  };
}

/** What {@link PlainConnection} says of its statements, of a connection that there is. Several at once give no rows. */
export function plainQuery(client: Client): PostgresQuery {
  const session = plainSession(client);
  return async (sql, parameters) => [...(await session.query(sql, parameters)).rows];
}

/** The same for queries of a piece of work. */
export function plainSession(client: Client): PostgresSession {
  const unprepared = {
    async query(statement: Parameters<Parameters<typeof sessionOn>[0]['query']>[0]) {
      const result = await client.query({ ...statement, name: undefined });
      return Array.isArray(result) ? { rows: [], rowCount: null } : result;
    },
  };
  return sessionOn(unprepared, (error) => error);
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
