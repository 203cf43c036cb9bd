import type { SqlText, Statement } from '../work/queries.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Statements of every connection, by their text: with numbered parameters, as PostgreSQL has them. */
const texts = new Map<string, string>();

/** What a `?` is no parameter in: a text, a name in quotes, a comment. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|\?/gu;

/** The same statement with `$1`, `$2`, … for each `?`. */
export function numberParameters(sql: string): string {
  const known = texts.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const numbered = sql.replaceAll(QUOTED, (found) => (found === '?' ? `$${(count += 1)}` : found));
  texts.set(sql, numbered);
  return numbered;
}

/** A statement that runs on whatever `session` is, prepared there when it is used first. */
export function postgresStatement<Parameters extends unknown[], Row>(
  session: PostgresSession,
  text: SqlText,
): Statement<Parameters, Row> {
  const sql = numberParameters(typeof text === 'string' ? text : text.postgres);
  const statement: Statement<unknown[]> = {
    all: async (...parameters) => [...(await session.query(sql, parameters)).rows],
    get: async (...parameters) => (await session.query(sql, parameters)).rows[0],
    run: async (...parameters) => (await session.query(sql, parameters)).changes,
    insert: async (...parameters) => idOf((await session.query(`${sql} RETURNING id`, parameters)).rows[0]),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever writes the text says what it reads
  return statement as unknown as Statement<Parameters, Row>;
}

function idOf(row: Readonly<Record<string, unknown>> | undefined): number | undefined {
  return row && Number(row['id']);
}
