import type Database from 'better-sqlite3';
import { countTableRows, tableNames } from '../structure/count-rows.ts';
import { quoteName } from '../structure/quote-name.ts';
import { MigrationLosesDataError } from './migration-errors.ts';
import type { Migration } from './read-migrations.ts';

/** How many rows a table has, and in how many of them a reference to another table is set. */
interface TableCensus {
  readonly rows: number;
  readonly references: Readonly<Record<string, number>>;
}

/** The census of every table of a database. */
export type RowCensus = ReadonlyMap<string, TableCensus>;

/** Counts all rows, and all references that are set. */
export function takeCensus(connection: Database.Database): RowCensus {
  return new Map(tableNames(connection).map((table) => [table, countTable(connection, table)]));
}

/** Whether there is a row that a backup would be made for: what internal tables hold, the migrations have put there. */
export function holdsRows(counts: readonly (readonly [table: string, rows: number])[]): boolean {
  return counts.some(([table, rows]) => !table.startsWith('_') && rows > 0);
}

/** @throws {MigrationLosesDataError} rows or references are gone that the header of the migration does not give up */
export function requireNoLosses(before: RowCensus, after: RowCensus, { file, shrinks }: Migration): void {
  const losses = findLosses(before, after, shrinks);
  if (losses.length === 0) return;
  const hint = 'If a table is meant to lose rows, the file says so in its header: `-- Shrinks: <table>`.';
  throw new MigrationLosesDataError(file, losses, hint);
}

/** What the later census lacks of the earlier one, as sentences. A table in `allowed` may lose rows and may go. */
function findLosses(before: RowCensus, after: RowCensus, allowed: readonly string[]): string[] {
  return [...before].flatMap(([table, earlier]) => {
    if (allowed.includes(table)) return [];
    const later = after.get(table);
    if (!later) return earlier.rows === 0 ? [] : [`table ${table} is gone, and its ${earlier.rows} rows with it`];
    if (later.rows < earlier.rows) return [`table ${table} went from ${earlier.rows} to ${later.rows} rows`];
    return Object.entries(earlier.references).flatMap(([column, set]) => {
      const kept = later.references[column] ?? set;
      return kept < set ? [`${table}.${column} is set in ${kept} rows instead of ${set}`] : [];
    });
  });
}

function countTable(connection: Database.Database, table: string): TableCensus {
  const columns = connection
    .prepare<[string], string>('SELECT DISTINCT "from" FROM pragma_foreign_key_list(?)')
    .pluck()
    .all(table);
  const references = columns.map((column): [string, number] => {
    const count = connection
      .prepare(`SELECT count(${quoteName(column)}) FROM ${quoteName(table)}`)
      .pluck()
      .get();
    return [column, Number(count)];
  });
  return { rows: countTableRows(connection, table), references: Object.fromEntries(references) };
}
