import { drizzle } from 'drizzle-orm/pg-proxy';
import type { Writer } from '../work/queries.ts';
import type { PostgresSession } from './postgres-session.ts';
import { postgresStatement } from './postgres-statements.ts';

/**
 * Queries that run on `session`. They are built by Drizzle for PostgreSQL out of the one declaration of the tables: a
 * column has the same name, and the same values, on both engines.
 */
export function postgresQueries(session: PostgresSession): Writer {
  const orm = drizzle(async (sql, parameters, method) => {
    if (method === 'all') return { rows: [...(await session.queryLists(sql, parameters)).rows] };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed through to `run`, which knows it
    return { rows: { changes: (await session.query(sql, parameters)).changes } as unknown as unknown[] };
  });
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
