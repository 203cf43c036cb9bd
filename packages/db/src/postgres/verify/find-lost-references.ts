import { z } from 'zod';
import { quoteName } from '../../structure/quote-name.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';

const columnsOf = (relation: string, numbers: string) => `array(
  SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number ORDER BY k.place)`;

const FOREIGN_KEYS = `
  SELECT t.relname::text AS "table", ${columnsOf('c.conrelid', 'c.conkey')} AS columns,
    f.relnamespace::regnamespace::text AS schema, f.relname::text AS parent,
    ${columnsOf('c.confrelid', 'c.confkey')} AS referenced
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS f ON f.oid = c.confrelid
  WHERE c.contype = 'f' AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  ORDER BY t.relname::text COLLATE "C", c.conname::text COLLATE "C"`;

const foreignKeySchema = z.array(
  z.object({
    table: z.string(),
    columns: z.array(z.string()),
    /** Written as SQL writes it. */
    schema: z.string(),
    parent: z.string(),
    referenced: z.array(z.string()),
  }),
);
type ForeignKey = z.output<typeof foreignKeySchema>[number];

/**
 * References that lead nowhere, as sentences. The server keeps them from coming about, unless somebody has switched its
 * triggers off: for the table, or for their session.
 */
export async function findLostReferences(query: PostgresQuery): Promise<string[]> {
  const problems: string[] = [];
  for (const key of foreignKeySchema.parse(await query(FOREIGN_KEYS, [SCHEMA]))) {
    const [row] = await query(countLost(key));
    const rows = z.int().parse(row?.['rows']);
    if (rows === 0) continue;
    problems.push(
      `references from ${key.table} to ${key.parent} that lead nowhere: ${rows}, in ${key.columns.join(', ')}`,
    );
  }
  return problems;
}

/** A reference of which a part is NULL leads nowhere, and may. */
function countLost({ table, columns, schema, parent, referenced }: ForeignKey): string {
  const isThere = columns.map((column) => `c.${quoteName(column)} IS NOT NULL`);
  const isSame = columns.map((column, place) => `p.${quoteName(referenced[place] ?? '')} = c.${quoteName(column)}`);
  return `SELECT count(*) AS rows FROM ${qualified(table)} AS c WHERE ${isThere.join(' AND ')}
    AND NOT EXISTS (SELECT FROM ${schema}.${quoteName(parent)} AS p WHERE ${isSame.join(' AND ')})`;
}
