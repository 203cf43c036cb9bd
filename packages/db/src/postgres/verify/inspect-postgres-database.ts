import { z } from 'zod';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { type TableRows, type TableSummary, UnknownTableError } from '../../verify/inspect-database.ts';
import { maskSecrets, type SqliteValue } from '../../verify/mask-secrets.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';
import { examineSchema, requireIronSchema } from '../maintenance/present-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { lookAtPostgres, type PostgresLook } from './look-at-postgres.ts';

const TABLE = `(SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = '${SCHEMA}' AND c.relname::text = $1)`;

const COLUMNS = `
  SELECT a.attname::text AS name, a.atttypid::regtype::text AS type,
    coalesce(array_position(k.indkey::int2[], a.attnum), -1) AS place
  FROM pg_attribute AS a LEFT JOIN pg_index AS k ON k.indrelid = a.attrelid AND k.indisprimary
  WHERE a.attrelid = ${TABLE} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

/** A UNIQUE that does not mind case is an index here, under the name that PostgreSQL gives the index of a UNIQUE. */
const INDEXES = String.raw`
  SELECT x.relname::text AS name FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid
  WHERE i.indrelid = ${TABLE} AND NOT (i.indisunique AND x.relname LIKE '%\_key' AND x.relname NOT LIKE 'idx\_%')
    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
  ORDER BY x.relname::text COLLATE "C"`;

const columnSchema = z.array(z.object({ name: z.string(), type: z.string(), place: z.int() }));
type Column = z.output<typeof columnSchema>[number];

/**
 * Every table of a database of a server with its rows counted, its columns and its indexes; those with a `_` are Iron's
 * own book-keeping. Reads only.
 *
 * @throws {DatabaseMissingError | DatabaseUnreachableError | DatabaseAccessRefusedError} it cannot be reached
 * @throws {ForeignSchemaError} another program keeps tables there, and Iron none
 * @throws {CorruptDatabaseError | DatabaseBusyError} it cannot be read, or not now
 */
export async function inspectPostgresDatabase(
  location: PostgresLocation,
): Promise<{ readonly path: string; readonly tables: readonly TableSummary[] }> {
  return await lookAtPostgres(location, async (look) => {
    const tables = await look.atOneMoment(async () => {
      const summaries: TableSummary[] = [];
      for (const name of await findTables(look)) summaries.push(await summarise(look.query, name));
      return summaries;
    });
    return { path: look.name, tables };
  });
}

/**
 * The first rows of a table of a database of a server, in the order of its primary key, at most `limit`. Reads only.
 *
 * @throws {UnknownTableError} there is no such table; else see {@link inspectPostgresDatabase}
 */
export async function inspectPostgresTable(options: {
  readonly location: PostgresLocation;
  readonly table: string;
  readonly limit: number;
}): Promise<TableRows & { readonly path: string }> {
  const { location, table, limit } = options;
  return await lookAtPostgres(location, async (look) =>
    look.atOneMoment(async () => {
      const known = await findTables(look);
      if (!known.includes(table)) throw new UnknownTableError(table, known);
      const columns = await readColumns(look.query, table);
      return {
        path: look.name,
        table,
        columns: columns.map(({ name }) => name),
        rows: (await readRows(look.query, table, columns, limit)).map((row) => maskSecrets(row)),
        total: await countRows(look.query, table),
      };
    }),
  );
}

async function findTables({ query, name }: PostgresLook): Promise<readonly string[]> {
  const present = await examineSchema(query);
  requireIronSchema(name, present);
  return present.kind === 'iron' ? present.tables : [];
}

async function summarise(query: PostgresQuery, name: string): Promise<TableSummary> {
  return {
    name,
    rows: await countRows(query, name),
    columns: (await readColumns(query, name)).map((column) => column.name),
    indexes: (await query(INDEXES, [name])).map((index) => String(index['name'])),
  };
}

async function readColumns(query: PostgresQuery, table: string): Promise<readonly Column[]> {
  return columnSchema.parse(await query(COLUMNS, [table]));
}

async function countRows(query: PostgresQuery, table: string): Promise<number> {
  const [row] = await query(`SELECT count(*) AS rows FROM ${qualified(table)}`);
  return z.int().parse(row?.['rows']);
}

const valueSchema = z.union([z.string(), z.instanceof(Uint8Array), z.null()]);

/** A table without a primary key has its rows in the order in which they lie. */
async function readRows(
  query: PostgresQuery,
  table: string,
  columns: readonly Column[],
  limit: number,
): Promise<Record<string, SqliteValue>[]> {
  const key = columns
    .filter(({ place }) => place >= 0)
    .toSorted((one, other) => one.place - other.place)
    .map(({ name }) => `r.${quoteName(name)}`);
  const values = columns.map(
    ({ name, type }, place) => `r.${quoteName(name)}${type === 'bytea' ? '' : '::text'} AS v${place}`,
  );
  const rows = await query(
    `SELECT ${values.join(', ')} FROM ${qualified(table)} AS r ORDER BY ${key.join(', ') || 'r.ctid'} LIMIT $1`,
    [limit],
  );
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, place) => [name, valueOf(type, valueSchema.parse(row[`v${place}`]))]),
    ),
  );
}

const NUMBERS: readonly string[] = ['bigint', 'integer', 'smallint', 'double precision', 'real'];

/** What a person put beside Iron's columns may be of any type, and larger than a number can be exactly. */
function valueOf(type: string, value: SqliteValue): SqliteValue {
  if (typeof value !== 'string' || !NUMBERS.includes(type)) return value;
  const number = Number(value);
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : value;
}
