import { DatabaseError } from 'pg';
import { z } from 'zod';
import { quoteName } from '../../structure/quote-name.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { isDamage } from './look-at-postgres.ts';

const OF_SCHEMA = `(SELECT oid FROM pg_namespace WHERE nspname = '${SCHEMA}')`;

/** `conenforced` came with PostgreSQL 18. */
const NOT_RELIED_ON = [
  `SELECT format('index %s of table %s is not valid', x.relname, t.relname) AS problem
   FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
   WHERE t.relnamespace = ${OF_SCHEMA} AND NOT (i.indisvalid AND i.indisready) ORDER BY 1`,
  `SELECT format('constraint %s of table %s %s', c.conname, t.relname,
     CASE WHEN c.convalidated THEN 'is not enforced' ELSE 'was never validated' END) AS problem
   FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
   WHERE t.relnamespace = ${OF_SCHEMA}
     AND NOT (c.convalidated AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)) ORDER BY 1`,
  `SELECT DISTINCT format('foreign key %s of table %s is switched off', c.conname, t.relname) AS problem
   FROM pg_trigger AS g JOIN pg_constraint AS c ON c.oid = g.tgconstraint AND c.contype = 'f'
   JOIN pg_class AS t ON t.oid = c.conrelid
   WHERE t.relnamespace = ${OF_SCHEMA} AND g.tgenabled NOT IN ('O', 'A') ORDER BY 1`,
  `SELECT format('trigger %s of table %s is switched off', g.tgname, t.relname) AS problem
   FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid
   WHERE t.relnamespace = ${OF_SCHEMA} AND NOT g.tgisinternal AND g.tgenabled NOT IN ('O', 'A') ORDER BY 1`,
] as const;

/** What the server itself does not rely on, as sentences: invalid indexes, constraints and triggers that are off. */
export async function findUnreliable(query: PostgresQuery): Promise<string[]> {
  const problems: string[] = [];
  for (const sql of NOT_RELIED_ON) problems.push(...(await query(sql)).map(({ problem }) => String(problem)));
  return problems;
}

/** Reads every row of every table, in full, and says of which that cannot be done, and why. Part of a moment. */
export async function findUnreadable(query: PostgresQuery, tables: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const table of tables) {
    const damage = await damageIn(query, `SELECT count((r.*)::text) FROM ${qualified(table)} AS r`);
    if (damage !== null) problems.push(`table ${table} cannot be read to its end: ${damage}`);
  }
  return problems;
}

const AMCHECK = `
  SELECT n.nspname::text AS schema FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
  JOIN pg_proc AS p ON p.pronamespace = n.oid AND p.proname = 'bt_index_check' AND p.pronargs = 2
  WHERE e.extname = 'amcheck' AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')`;

const INDEXES = `
  SELECT x.oid::text AS oid, x.relname::text AS name, t.relname::text AS "table"
  FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
  JOIN pg_am AS m ON m.oid = x.relam
  WHERE t.relnamespace = ${OF_SCHEMA} AND t.relname::text = ANY ($1) AND m.amname = 'btree' AND i.indisvalid
  ORDER BY t.relname::text COLLATE "C", x.relname::text COLLATE "C"`;

const indexSchema = z.array(z.object({ oid: z.string(), name: z.string(), table: z.string() }));

/** Looks every row up in every index, where the extension for that is installed and may be used. Part of a moment. */
export async function findIndexDamage(query: PostgresQuery, tables: readonly string[]): Promise<string[]> {
  const [amcheck] = await query(AMCHECK);
  if (!amcheck) return [];
  const problems: string[] = [];
  for (const { oid, name, table } of indexSchema.parse(await query(INDEXES, [tables]))) {
    const check = `SELECT ${quoteName(String(amcheck['schema']))}.bt_index_check(${oid}::regclass, true)`;
    const damage = await damageIn(query, check);
    if (damage !== null) problems.push(`index ${name} does not fit table ${table}: ${damage}`);
  }
  return problems;
}

const TOO_YOUNG_TO_CHECK = '40001';

/** What is damaged fails the statement, and the rest of the transaction with it, but for the savepoint. */
async function damageIn(query: PostgresQuery, sql: string): Promise<string | null> {
  await query('SAVEPOINT look');
  try {
    await query(sql);
    return null;
  } catch (error) {
    await query('ROLLBACK TO look');
    if (isDamage(error)) return error.message;
    if (error instanceof DatabaseError && error.code === TOO_YOUNG_TO_CHECK) return null;
    throw error;
  } finally {
    await query('RELEASE look').catch(() => undefined);
  }
}
