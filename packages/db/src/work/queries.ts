import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { ChangeLostError } from './change-lost-error.ts';
import { wait, type Work } from './work.ts';

/** What a change without an answer reports: how many rows it touched. */
export interface Changes {
  readonly changes: number;
}

type Orm = BaseSQLiteDatabase<'async', Changes>;

/** SQL for every engine, its parameters written `?`; or the words of each, where they differ. */
export type SqlText = string | { readonly sqlite: string; readonly postgres: string };

/** A statement of a database, prepared once; `Row` is what it reads. SQLite answers at once. */
export interface Statement<Parameters extends unknown[], Row = unknown> {
  all(...parameters: Parameters): Row[] | Promise<Row[]>;
  get(...parameters: Parameters): Row | undefined | Promise<Row | undefined>;
  /** How many rows it changed. */
  run(...parameters: Parameters): number | Promise<number>;
  /** The id of the row that it inserted; `undefined`: none. Quicker on SQLite than a text that returns it. */
  insert(...parameters: Parameters): number | undefined | Promise<number | undefined>;
}

interface Statements {
  /** The statement of that text: prepared when it is used first, and kept. So the text is a constant. */
  statement<Parameters extends unknown[], Row = unknown>(sql: SqlText): Statement<Parameters, Row>;
}

/**
 * Queries that read. In a piece of work they are carried out by {@link all} and {@link first}; outside of one they can
 * simply be awaited.
 */
export type Reader = Pick<Orm, 'select' | 'selectDistinct'> & Statements;

/** Queries inside one transaction. A plain `SqliteDatabase` is not assignable to it. */
export type Writer = Reader & Pick<Orm, 'insert' | 'update' | 'delete'>;

/** A query of Drizzle's. PostgreSQL's have `execute` alone, which gives the rows, or what it changed. */
interface Query {
  execute(): Promise<unknown>;
}

/** All rows of a query. */
export function* all<Row>(query: Query & { all?: () => Promise<Row[]> }): Work<Row[]> {
  if (query.all) return yield* wait(query.all());
  return yield* wait(rowsOf<Row>(query));
}

/** The first row of a query, or `undefined`. */
export function* first<Row>(query: Query & { get?: () => Promise<Row> }): Work<Row> {
  if (query.get) return yield* wait(query.get());
  const [row] = yield* wait(rowsOf<Row>(query));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Row` has `undefined` in it where there may be none
  return row as Row;
}

/** Carries out a change, and says how many rows it changed. */
export function* run(query: Query & { run?: () => Promise<Changes> }): Work<number> {
  if (query.run) return (yield* wait(query.run())).changes;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the driver's wrapper gives for a change
  const { changes } = (yield* wait(query.execute())) as Changes;
  return changes;
}

/**
 * Changes or deletes a row that has been read in the same transaction: it is there, and nobody else can have taken it.
 *
 * @param row what an error calls it, such as `token 3`
 * @throws {ChangeLostError} nothing was changed: a rule, trigger or policy of somebody else's turned it into nothing
 */
export function* changeRow(row: string, query: Parameters<typeof run>[0]): Work<void> {
  if ((yield* run(query)) === 0) throw new ChangeLostError(row);
}

async function rowsOf<Row>(query: Query): Promise<Row[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Drizzle maps them to the columns of the query
  return (await query.execute()) as Row[];
}
