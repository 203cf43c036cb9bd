import type Database from 'better-sqlite3';
import type { SqlText, Statement } from '../work/queries.ts';

/** The statements of one connection, each prepared when it is used first. */
export class SqliteStatements {
  readonly #connection: Database.Database;
  readonly #kept = new Map<string, Statement<unknown[]>>();

  constructor(connection: Database.Database) {
    this.#connection = connection;
  }

  /** The statement of that text. */
  statement<Parameters extends unknown[], Row>(text: SqlText): Statement<Parameters, Row> {
    const sql = typeof text === 'string' ? text : text.sqlite;
    const kept = this.#kept.get(sql) ?? this.#prepare(sql);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever writes the text says what it reads
    return kept as unknown as Statement<Parameters, Row>;
  }

  #prepare(sql: string): Statement<unknown[]> {
    const prepared = this.#connection.prepare(sql);
    const statement: Statement<unknown[]> = {
      all: prepared.all.bind(prepared),
      get: prepared.get.bind(prepared),
      run: (...parameters) => prepared.run(...parameters).changes,
      insert: (...parameters) => {
        const { changes, lastInsertRowid } = prepared.run(...parameters);
        return changes === 0 ? undefined : Number(lastInsertRowid);
      },
    };
    this.#kept.set(sql, statement);
    return statement;
  }
}
