import { z } from 'zod';
import { quoteName } from '../../structure/quote-name.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';

const statements = z.array(z.object({ sql: z.string() }));
const rightsSchema = z.array(z.object({ relation: z.string(), sql: z.string() }));
const namesSchema = z.array(z.object({ name: z.string() }));

const TO_GRANTEE = `CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
  || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

/**
 * Who owned a table, and what others might do with it, its columns and its sequences: whoever could use it before can use
 * the one in its place.
 */
const RIGHTS = `
  WITH present AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl FROM pg_class AS c
    WHERE c.relnamespace = $1::regnamespace AND (c.relname::text = ANY ($2) OR c.relkind = 'S' AND EXISTS (
      SELECT FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
        AND d.deptype IN ('a', 'i') AND t.relnamespace = $1::regnamespace AND t.relname::text = ANY ($2)))
  )
  SELECT c.relname::text AS relation,
    format('ALTER TABLE %I.%I OWNER TO %I', $1::text, c.relname, pg_get_userbyid(c.relowner)) AS sql
  FROM present AS c WHERE c.relkind <> 'S'
  UNION ALL
  SELECT c.relname::text, format('GRANT %s ON %s %I.%I TO %s', x.privilege_type,
    CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, $1::text, c.relname, ${TO_GRANTEE})
  FROM present AS c, aclexplode(c.relacl) AS x WHERE x.grantee <> c.relowner
  UNION ALL
  SELECT c.relname::text,
    format('GRANT %s (%I) ON TABLE %I.%I TO %s', x.privilege_type, a.attname, $1::text, c.relname, ${TO_GRANTEE})
  FROM present AS c JOIN pg_attribute AS a ON a.attrelid = c.oid, aclexplode(a.attacl) AS x
  WHERE x.grantee <> c.relowner AND EXISTS (
    SELECT FROM pg_attribute AS b JOIN pg_class AS n ON n.oid = b.attrelid
    WHERE n.relnamespace = $3::regnamespace AND n.relname = c.relname AND b.attname = a.attname)`;

/** What takes the place of nothing belongs to whoever the database belonged to: the owner of its table `$3`. */
const OWNERS = `
  SELECT format('ALTER %s %I.%I OWNER TO %I', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, $1::text, c.relname,
    pg_get_userbyid(o.relowner)) AS sql
  FROM pg_class AS c, pg_class AS o
  WHERE c.relnamespace = $2::regnamespace AND c.relkind IN ('r', 'v')
    AND o.relnamespace = $1::regnamespace AND o.relname = $3 AND o.relowner <> c.relowner
  UNION ALL
  SELECT format('ALTER ROUTINE %I.%I(%s) OWNER TO %I', $1::text, p.proname, pg_get_function_identity_arguments(p.oid),
    pg_get_userbyid(o.relowner))
  FROM pg_proc AS p, pg_class AS o
  WHERE p.pronamespace = $2::regnamespace
    AND o.relnamespace = $1::regnamespace AND o.relname = $3 AND o.relowner <> p.proowner`;

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

const RELATIONS = 'SELECT relname::text AS name FROM pg_class WHERE relnamespace = $1::regnamespace';

/**
 * Puts what is in the schema `build` in the place of the tables `present`. The caller holds the transaction, in which all of
 * it happens or nothing, and has these tables to itself.
 *
 * The tables are moved and the schema is not renamed: in `public` there may be extensions, rights and what else is not
 * ours, and its owner need not be this user. Nothing goes with CASCADE: what somebody has built on a table of Iron's makes
 * it fail, as a whole.
 */
export async function swapSchema(query: PostgresQuery, build: string, present: readonly string[]): Promise<void> {
  const rights = rightsSchema.parse(await query(RIGHTS, [SCHEMA, present, build]));
  const [owned] = present.includes('_iron') ? ['_iron'] : present;
  const owners = statements.parse(await query(OWNERS, [SCHEMA, build, owned ?? '']));
  const functions = statements.parse(await query(FUNCTIONS, [SCHEMA, present, build]));
  if (present.length > 0) await query(`DROP TABLE ${present.map(qualified).join(', ')}`);
  for (const { sql } of functions) await query(sql);
  for (const { sql } of statements.parse(await query(MOVES, [SCHEMA, build]))) await query(sql);
  for (const { sql } of owners) await query(sql);
  const made = new Set(namesSchema.parse(await query(RELATIONS, [SCHEMA])).map(({ name }) => name));
  for (const { relation, sql } of rights) if (made.has(relation)) await query(sql);
  await query(`DROP SCHEMA ${quoteName(build)}`);
}
