/** The statements that read a schema, whose name is their one parameter; see `PostgresStructure`. */

const OF_SCHEMA = `(SELECT oid FROM pg_namespace WHERE nspname = $1)`;
const TABLES = `pg_class AS t WHERE t.relnamespace = ${OF_SCHEMA} AND t.relkind IN ('r', 'p')`;

/** What an extension brought is not ours. */
const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${oid} AND deptype = 'e')`;

/** The names of a constraint's columns, in the constraint's order. */
const columnsOf = (relation: string, numbers: string) => `array(
  SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number ORDER BY k.place)`;

export const TABLES_SQL = `
  SELECT t.relname::text AS name, t.relkind::text AS kind, t.relpersistence::text AS persistence,
    t.relrowsecurity AS "rowSecurity", t.relforcerowsecurity AS "forcedRowSecurity"
  FROM ${TABLES} AND ${notOfExtension('pg_class', 't.oid')} ORDER BY t.relname::text COLLATE "C"`;

export const COLUMNS_SQL = `
  SELECT t.relname::text AS "table", a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS "default",
    a.attidentity::text AS identity, a.attgenerated::text AS generated,
    (SELECT collname::text FROM pg_collation AS c WHERE c.oid = a.attcollation) AS collation
  FROM pg_attribute AS a JOIN pg_class AS t ON t.oid = a.attrelid
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", a.attnum`;

/** `conenforced` came with PostgreSQL 18. */
const ENFORCED = `c.convalidated AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)`;

export const CHECKS_SQL = `
  SELECT t.relname::text AS "table", c.conname::text AS name, pg_get_expr(c.conbin, c.conrelid) AS expression,
    ${ENFORCED} AS enforced
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
  WHERE c.contype = 'c' AND t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", c.conname::text COLLATE "C"`;

const ACTION = (column: string) => `CASE ${column}
  WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
  ELSE 'SET DEFAULT' END`;

export const FOREIGN_KEYS_SQL = `
  SELECT t.relname::text AS "table", c.conname::text AS name, ${columnsOf('c.conrelid', 'c.conkey')} AS columns,
    CASE WHEN f.relnamespace = t.relnamespace THEN '' ELSE f.relnamespace::regnamespace || '.' END || f.relname
      AS "references",
    ${columnsOf('c.confrelid', 'c.confkey')} AS referenced,
    ${ACTION('c.confupdtype')} AS "onUpdate", ${ACTION('c.confdeltype')} AS "onDelete", c.confmatchtype::text AS match,
    c.condeferrable AS deferrable, c.condeferred AS deferred,
    ${ENFORCED} AS enforced, EXISTS (SELECT 1 FROM pg_trigger AS g
      WHERE g.tgconstraint = c.oid AND g.tgenabled NOT IN ('O', 'A')) AS "switchedOff"
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS f ON f.oid = c.confrelid
  WHERE c.contype = 'f' AND t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", c.conname::text COLLATE "C"`;

const KEYS = 'generate_series(1, i.indnkeyatts) AS k (place)';

export const INDEXES_SQL = `
  SELECT t.relname::text AS "table", x.relname::text AS name,
    CASE WHEN i.indisprimary THEN 'primary key' WHEN c.oid IS NOT NULL THEN 'unique' ELSE 'index' END AS origin,
    m.amname::text AS method, i.indisunique AS "unique", NOT i.indnullsnotdistinct AS "nullsDistinct",
    i.indisvalid AND i.indisready AS valid,
    array(SELECT pg_get_indexdef(i.indexrelid, k.place, true) FROM ${KEYS} ORDER BY k.place) AS keys,
    array(
      SELECT concat_ws(' ', (SELECT collname FROM pg_collation WHERE oid = i.indcollation[k.place - 1]),
        CASE WHEN i.indoption[k.place - 1] & 1 = 1 THEN 'DESC' END,
        CASE i.indoption[k.place - 1] WHEN 1 THEN 'NULLS LAST' WHEN 2 THEN 'NULLS FIRST' END,
        (SELECT opcname FROM pg_opclass WHERE oid = i.indclass[k.place - 1] AND NOT opcdefault))
      FROM ${KEYS} ORDER BY k.place) AS options,
    array(SELECT pg_get_indexdef(i.indexrelid, k.place, true)
      FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k (place) ORDER BY k.place) AS included,
    pg_get_expr(i.indpred, i.indrelid) AS "where"
  FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
  JOIN pg_am AS m ON m.oid = x.relam
  LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
  WHERE t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", x.relname::text COLLATE "C"`;

export const TRIGGERS_SQL = `
  SELECT t.relname::text AS "table", g.tgname::text AS name, pg_get_triggerdef(g.oid) AS definition,
    p.proname::text AS function, g.tgenabled::text AS enabled
  FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid JOIN pg_proc AS p ON p.oid = g.tgfoid
  WHERE NOT g.tgisinternal AND t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", g.tgname::text COLLATE "C"`;

/** Rewrite rules of tables; a view is one itself. */
export const RULES_SQL = `
  SELECT t.relname::text AS "table", r.rulename::text AS name,
    regexp_replace(pg_get_ruledef(r.oid), '\\s+', ' ', 'g') AS definition, r.ev_enabled::text AS enabled
  FROM pg_rewrite AS r JOIN pg_class AS t ON t.oid = r.ev_class
  WHERE t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", r.rulename::text COLLATE "C"`;

export const POLICIES_SQL = `
  SELECT t.relname::text AS "table", p.polname::text AS name, p.polpermissive AS permissive, p.polcmd::text AS command,
    array(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) AS r ORDER BY 1)
      AS roles,
    regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\\s+', ' ', 'g') AS "using",
    regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\\s+', ' ', 'g') AS "check"
  FROM pg_policy AS p JOIN pg_class AS t ON t.oid = p.polrelid
  WHERE t.oid IN (SELECT oid FROM ${TABLES})
  ORDER BY t.relname::text COLLATE "C", p.polname::text COLLATE "C"`;

export const FUNCTIONS_SQL = `
  SELECT p.proname::text AS name, pg_get_function_identity_arguments(p.oid) AS arguments,
    coalesce(pg_get_function_result(p.oid), '') AS returns, l.lanname::text AS language,
    p.provolatile::text AS volatility, p.prosecdef AS "securityDefiner", coalesce(p.proconfig, '{}') AS settings,
    p.prosrc AS body
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
  WHERE p.pronamespace = ${OF_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}
  ORDER BY p.proname::text COLLATE "C", 2`;

export const VIEWS_SQL = `
  SELECT v.relname::text AS name, v.relkind::text AS kind, pg_get_viewdef(v.oid) AS definition
  FROM pg_class AS v
  WHERE v.relnamespace = ${OF_SCHEMA} AND v.relkind IN ('v', 'm') AND ${notOfExtension('pg_class', 'v.oid')}
  ORDER BY v.relname::text COLLATE "C"`;
