import { z } from 'zod';
import { quoteName } from '../../structure/count-rows.ts';
import type { PostgresQuery } from '../structure/postgres-structure.ts';
import { SCHEMA } from './lifecycle-connection.ts';

const statements = z.array(z.object({ sql: z.string() }));
const rightsSchema = z.array(z.object({ table: z.string(), sql: z.string() }));
const namesSchema = z.array(z.object({ name: z.string() }));

/** Who owned a table, and what others might do with it: whoever could use it before can use the one in its place. */
const RIGHTS = `
  SELECT c.relname::text AS "table", format('ALTER TABLE %I.%I OWNER TO %I', $1::text, c.relname, pg_get_userbyid(c.relowner)) AS sql
  FROM pg_class AS c WHERE c.relnamespace = $1::regnamespace AND c.relname::text = ANY ($2)
    AND pg_get_userbyid(c.relowner) <> current_user
  UNION ALL
  SELECT c.relname::text, format('GRANT %s ON TABLE %I.%I TO %s%s', x.privilege_type, $1::text, c.relname,
    CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
    CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_class AS c, aclexplode(c.relacl) AS x
  WHERE c.relnamespace = $1::regnamespace AND c.relname::text = ANY ($2) AND x.grantee <> c.relowner`;

/** Functions that the triggers of these tables call, and those that the new ones would meet under their names. */
const FUNCTIONS = `
  SELECT DISTINCT format('DROP FUNCTION %I.%I(%s)', $1::text, p.proname, pg_get_function_identity_arguments(p.oid)) AS sql
  FROM pg_proc AS p
  WHERE p.pronamespace = $1::regnamespace AND (
    p.oid IN (SELECT g.tgfoid FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid
      WHERE NOT g.tgisinternal AND c.relnamespace = $1::regnamespace AND c.relname::text = ANY ($2))
    OR EXISTS (SELECT 1 FROM pg_proc AS b WHERE b.pronamespace = $3::regnamespace AND b.proname = p.proname
      AND b.proargtypes = p.proargtypes))`;

const MOVES = `
  SELECT format('ALTER %s %I.%I SET SCHEMA %I', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
    $2::text, c.relname, $1::text) AS sql
  FROM pg_class AS c WHERE c.relnamespace = $2::regnamespace AND c.relkind IN ('r', 'v')
  UNION ALL
  SELECT format('ALTER ROUTINE %I.%I(%s) SET SCHEMA %I', $2::text, p.proname, pg_get_function_identity_arguments(p.oid),
    $1::text)
  FROM pg_proc AS p WHERE p.pronamespace = $2::regnamespace`;

const TABLES = 'SELECT tablename::text AS name FROM pg_tables WHERE schemaname = $1';

/**
 * Puts what is in the schema `build` in the place of the tables `present`. The caller holds the transaction, in which all of
 * it happens or nothing, and has these tables to itself.
 *
 * The tables are moved and the schema is not renamed: in `public` there may be extensions, rights and what else is not
 * ours, and its owner need not be this user. Nothing goes with CASCADE: what somebody has built on a table of Iron's makes
 * it fail, as a whole.
 */
export async function swapSchema(query: PostgresQuery, build: string, present: readonly string[]): Promise<void> {
  const rights = rightsSchema.parse(await query(RIGHTS, [SCHEMA, present]));
  const functions = statements.parse(await query(FUNCTIONS, [SCHEMA, present, build]));
  if (present.length > 0) await query(`DROP TABLE ${present.map(qualified).join(', ')}`);
  for (const { sql } of functions) await query(sql);
  for (const { sql } of statements.parse(await query(MOVES, [SCHEMA, build]))) await query(sql);
  const made = new Set(namesSchema.parse(await query(TABLES, [SCHEMA])).map(({ name }) => name));
  for (const { table, sql } of rights) if (made.has(table)) await query(sql);
  await query(`DROP SCHEMA ${quoteName(build)}`);
}

/** @returns the name of a table with its schema, as SQL writes it */
export function qualified(table: string): string {
  return `${quoteName(SCHEMA)}.${quoteName(table)}`;
}
