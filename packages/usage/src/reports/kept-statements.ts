import type { SqliteDatabase } from '@iron/db';

const MOST_KEPT = 50;

interface KeptStatement<Row> {
  all(...values: unknown[]): Row[];
}

/** Statements of SQLite by their text, the last ones that were asked for: to prepare one takes longer than to run it. */
export class KeptStatements<Row> {
  readonly #connection: SqliteDatabase['connection'];
  readonly #kept = new Map<string, KeptStatement<Row>>();

  constructor({ connection }: Pick<SqliteDatabase, 'connection'>) {
    this.#connection = connection;
  }

  /** It reads integers as `bigint`. */
  prepare(sql: string): KeptStatement<Row> {
    const statement = this.#kept.get(sql) ?? this.#connection.prepare<unknown[], Row>(sql).safeIntegers();
    this.#kept.delete(sql);
    this.#kept.set(sql, statement); // now the last in order
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return statement;
  }
}
