import type { RowCensus } from '../../migrations/row-census.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';

const TABLES = `
  SELECT t.relname::text AS name, array(
    SELECT DISTINCT a.attname::text FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.conrelid = t.oid AND c.contype = 'f'
  ) AS columns
  FROM pg_class AS t WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.relkind IN ('r', 'p')
  ORDER BY t.relname::text COLLATE "C"`;

/** Counts all rows of Iron's tables, and all references that are set. */
export async function takePostgresCensus(query: PostgresQuery): Promise<RowCensus> {
  const census = new Map<string, { rows: number; references: Record<string, number> }>();
  for (const { name, columns } of await query(TABLES, [SCHEMA])) {
    const table = String(name);
    const names = Array.isArray(columns) ? columns.map(String) : [];
    const counts = ['count(*)', ...names.map((column) => `count(${quoteName(column)})`)];
    const [row] = await query(`SELECT ARRAY[${counts.join(', ')}]::text[] AS counts FROM ${qualified(table)}`);
    const [rows = 0, ...set] = Array.isArray(row?.['counts']) ? row['counts'].map(Number) : [];
    census.set(table, {
      rows,
      references: Object.fromEntries(names.map((column, index) => [column, set[index] ?? 0])),
    });
  }
  return census;
}
