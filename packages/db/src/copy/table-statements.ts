import type { CopiedColumn, CopiedTable } from './copied-tables.ts';

/** A value on its way: integers as their digits, exact however large, and the same on every engine. */
export type Value = string | Buffer | null;

/** The primary key of a row. */
export type Key = readonly Value[];

/** The rows whose key is greater than `after`, up to `to`; `null`: without that bound. */
export interface KeyRange {
  readonly after: Key | null;
  readonly to: Key | null;
}

/** A statement with `?` for each of its parameters. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly Value[];
}

/** Rows that are read at a time. */
const PAGE_ROWS = 1_000;
/** Beyond it a page ends earlier, at least one row long. */
const PAGE_BYTES = 4 * 2 ** 20;
/** Longer values enter the text of a row by their hash. */
const LONGEST_VALUE = 1_000;

/** How an engine writes what the other writes otherwise. */
export interface Dialect {
  /** SHA-256 of a text or of bytes, in hexadecimal. */
  hash(column: CopiedColumn): string;
  hex(column: CopiedColumn): string;
}

/** The key of the last of the next `rows` rows; none where there are fewer. */
export function boundaryOf(table: CopiedTable, after: Key | null, rows: number): Sql {
  const { where, parameters } = condition(table, { after, to: null });
  return {
    text: `SELECT ${texts(table.key)} FROM ${table.name} ${where} ${inOrder(table, table.name)} LIMIT 1 OFFSET ${rows - 1}`,
    parameters,
  };
}

/** Some row of a range. */
export function anyOf(table: CopiedTable, range: KeyRange): Sql {
  const { where, parameters } = condition(table, range);
  return { text: `SELECT '1' FROM ${table.name} ${where} LIMIT 1`, parameters };
}

/** Removes the rows of a range. */
export function deletionOf(table: CopiedTable, range: KeyRange): Sql {
  const { where, parameters } = condition(table, range);
  return { text: `DELETE FROM ${table.name} ${where}`, parameters };
}

/** Each row of a range as one text, the same for the same row on every engine, in the order of the key. */
export function linesOf(table: CopiedTable, range: KeyRange, dialect: Dialect): Sql {
  const { where, parameters } = condition(table, range);
  const line = table.columns.map((column) => written(column, dialect)).join(` || '|' || `);
  return { text: `SELECT ${line} AS line, ${names(table.key)} FROM ${table.name} ${where}`, parameters };
}

/** The first rows of a range: so many, and so large together, that they fit into memory. */
export function pageOf(table: CopiedTable, range: KeyRange): Sql {
  const { where, parameters } = condition(table, range);
  const columns = names(table.columns);
  const sizes = table.columns
    .filter(({ kind }) => kind !== 'integer')
    .map(({ name }) => `coalesce(octet_length(${name}), 0)`);
  const page = `SELECT ${columns} FROM ${table.name} ${where} ${inOrder(table, table.name)} LIMIT ${PAGE_ROWS}`;
  const size = sizes.length === 0 ? '0' : sizes.join(' + ');
  const sized = `SELECT ${columns}, sum(${size}) OVER (${inOrder(table, 'page')} ROWS UNBOUNDED PRECEDING) - (${size}) AS bytes_before FROM (${page}) AS page`;
  return {
    text: `SELECT ${texts(table.columns)} FROM (${sized}) AS sized WHERE bytes_before < ${PAGE_BYTES} ${inOrder(table, 'sized')}`,
    parameters,
  };
}

/** By the key as it is stored: PostgreSQL gives a column that is cast to text its old name. */
function inOrder(table: CopiedTable, of: string): string {
  return `ORDER BY ${table.key.map(({ name }) => `${of}.${name}`).join(', ')}`;
}

/** The names of columns, with commas. */
export function names(columns: readonly CopiedColumn[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function texts(columns: readonly CopiedColumn[]): string {
  return columns.map(({ name, kind }) => (kind === 'integer' ? `CAST(${name} AS text)` : name)).join(', ');
}

/** Unambiguous: a text has its length before it, a hash and bytes have a sign, and nothing at all is NULL. */
function written(column: CopiedColumn, dialect: Dialect): string {
  const { name, kind } = column;
  if (kind === 'integer') return `coalesce(CAST(${name} AS text), '')`;
  const short = kind === 'text' ? `octet_length(${name}) || ':' || ${name}` : `'x' || ${dialect.hex(column)}`;
  const long = `octet_length(${name}) > ${LONGEST_VALUE}`;
  return `CASE WHEN ${name} IS NULL THEN '' WHEN ${long} THEN '#' || ${dialect.hash(column)} ELSE ${short} END`;
}

function condition(table: CopiedTable, { after, to }: KeyRange): { where: string; parameters: readonly Value[] } {
  const key = `(${names(table.key)})`;
  const places = `(${table.key.map(({ kind }) => (kind === 'integer' ? 'CAST(? AS bigint)' : 'CAST(? AS text)')).join(', ')})`;
  const conditions = [...(after ? [`${key} > ${places}`] : []), ...(to ? [`${key} <= ${places}`] : [])];
  return {
    where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    parameters: [...(after ?? []), ...(to ?? [])],
  };
}
