import type Database from 'better-sqlite3';
import { drizzle } from '../drizzle.ts';
import type { Reader } from '../work/queries.ts';
import { queriesOn } from './sqlite-database.ts';

/** Queries of a connection that is opened for a moment only, as whoever looks at a file has it. */
export function readerOf(connection: Database.Database): Reader {
  return queriesOn(drizzle({ client: connection }), connection);
}
