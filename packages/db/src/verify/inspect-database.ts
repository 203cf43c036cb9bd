import { IronError } from '@iron/errors';
import type Database from 'better-sqlite3';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { countRows, tableNames } from '../structure/count-rows.ts';
import { quoteName } from '../structure/quote-name.ts';
import { type SqliteValue, maskSecrets } from './mask-secrets.ts';
import { readDatabase } from './read-database.ts';

/** The database has no table of that name. */
export class UnknownTableError extends IronError {
  readonly code = 'inspect.unknown_table';
  constructor(table: string, known: readonly string[]) {
    super(`There is no table ${JSON.stringify(table)}.`, {
      hint: `The tables are ${known.join(', ')}.`,
      details: { table },
    });
  }
}

/** What a table is made of, and how many rows it has. */
export interface TableSummary {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
}

/** Rows of one table as a person may see them: secrets are masked, see {@link maskSecrets}. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  /** How many rows the table has. */
  readonly total: number;
}

/**
 * Every table with its rows counted, its columns and its indexes; those with a `_` are Iron's own book-keeping.
 *
 * @throws {DatabaseMissingError | NotSqliteError | NotIronError | CorruptDatabaseError} see {@link readDatabase}
 */
export function inspectDatabase(file: string): { readonly path: string; readonly tables: readonly TableSummary[] } {
  const path = resolveDatabaseFile(file);
  const tables = readDatabase(path, (connection) =>
    Object.entries(countRows(connection)).map(([name, rows]) => ({
      name,
      rows,
      columns: columnNames(connection, name),
      indexes: indexNames(connection, name),
    })),
  );
  return { path, tables };
}

/**
 * The first rows of a table, at most `limit`.
 *
 * @throws {UnknownTableError} there is no such table
 */
export function inspectTable(options: { path: string; table: string; limit: number }): TableRows & { path: string } {
  const path = resolveDatabaseFile(options.path);
  return readDatabase(path, (connection) => {
    const known = tableNames(connection);
    if (!known.includes(options.table)) throw new UnknownTableError(options.table, known);
    const name = quoteName(options.table);
    const rows = connection
      .prepare<[number], Record<string, SqliteValue>>(`SELECT * FROM ${name} LIMIT ?`)
      .all(options.limit)
      .map((row) => maskSecrets(row));
    const total = Number(connection.prepare(`SELECT count(*) FROM ${name}`).pluck().get());
    return { path, table: options.table, columns: columnNames(connection, options.table), rows, total };
  });
}

function columnNames(connection: Database.Database, table: string): string[] {
  return connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}

function indexNames(connection: Database.Database, table: string): string[] {
  return connection
    .prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'c' ORDER BY name")
    .pluck()
    .all(table);
}
