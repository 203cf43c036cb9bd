import type { PreparedQueryConfig } from 'drizzle-orm/pg-core';
import type { PgRemoteSession as RemoteSession, PreparedQuery, RemoteCallback } from 'drizzle-orm/pg-proxy';
import { PgDialect, PgRemoteDatabase, PgRemoteSession } from '../drizzle.ts';
import type { Writer } from '../work/queries.ts';
import type { PostgresSession } from './postgres-session.ts';
import { postgresStatement } from './postgres-statements.ts';

const dialect = new PgDialect();

/**
 * Queries that run on `session`. They are built by Drizzle for PostgreSQL out of the one declaration of the tables: a
 * column has the same name, and the same values, on both engines.
 */
export function postgresQueries(session: PostgresSession): Writer {
  const orm = new PgRemoteDatabase(dialect, new DiscreetSession(sendOn(session), dialect, undefined), undefined);
  const queries = {
    select: orm.select.bind(orm),
    selectDistinct: orm.selectDistinct.bind(orm),
    insert: orm.insert.bind(orm),
    update: orm.update.bind(orm),
    delete: orm.delete.bind(orm),
    statement: postgresStatement.bind(null, session),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same methods; see `all`, `first` and `run`
  return queries as unknown as Writer;
}

function sendOn(session: PostgresSession): RemoteCallback {
  return async (sql, parameters, method) => {
    if (method === 'all') return { rows: [...(await session.queryLists(sql, parameters)).rows] };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed through to `run`, which knows it
    return { rows: { changes: (await session.query(sql, parameters)).changes } as unknown as unknown[] };
  };
}

type NoTables = Record<string, never>;

/** Drizzle would put every parameter into the message of an error, and among them are hashes and encrypted keys. */
class DiscreetSession extends PgRemoteSession<NoTables, NoTables> {
  override prepareQuery<T extends PreparedQueryConfig>(
    ...about: Parameters<RemoteSession<NoTables, NoTables>['prepareQuery']>
  ): PreparedQuery<T> {
    const prepared = super.prepareQuery<T>(...about);
    return Object.assign(prepared, { queryWithCache });
  }
}

async function queryWithCache<Rows>(_sql: string, _parameters: unknown[], query: () => Promise<Rows>): Promise<Rows> {
  return await query();
}
