import { getTableName } from '../../drizzle.ts';
import { z } from 'zod';
import type { DatabaseIdentity } from '../../connection/identity.ts';
import { CopyUnfinishedError } from '../../copy/copy-errors.ts';
import { UNFINISHED_TABLE } from '../../copy/unfinished-table.ts';
import { isGuardTable } from '../../migrations/guard-table.ts';
import { TABLES } from '../../schema/tables.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { SCHEMA } from '../iron-schema.ts';
import { readPostgresIdentity } from './postgres-identity.ts';
import { DependentsError, ForeignSchemaError, ForeignTablesError } from './present-schema-errors.ts';

/** What is in the schema that Iron's tables belong in. */
export type PresentSchema =
  /** No table and no view. */
  | { readonly kind: 'empty' }
  /** Only what another program made, such as `table notes`. */
  | { readonly kind: 'foreign'; readonly strangers: readonly string[] }
  | IronSchema;

/** A database of Iron's, whatever its state. */
interface IronSchema {
  readonly kind: 'iron';
  /** Every table, by name. */
  readonly tables: readonly string[];
  /** What no migration of this Iron makes, such as `view notes`. */
  readonly strangers: readonly string[];
  /** What other schemas hold that is built on these tables, such as `view reporting.daily`. */
  readonly dependents: readonly string[];
  /** `null` where the row is gone. */
  readonly identity: DatabaseIdentity | null;
}

const RELATIONS = `
  SELECT c.relname::text AS name, c.relkind::text AS kind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY c.relname::text COLLATE "C"`;

const DEPENDENTS = `
  SELECT DISTINCT CASE WHEN o.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || o.oid::regclass AS name
  FROM pg_class AS o WHERE o.relnamespace <> $1::regnamespace AND o.oid IN (
    SELECT r.ev_class FROM pg_rewrite AS r
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class AS c ON c.oid = d.refobjid WHERE c.relnamespace = $1::regnamespace AND c.relname::text = ANY ($2)
    UNION SELECT f.conrelid FROM pg_constraint AS f
    JOIN pg_class AS c ON c.oid = f.confrelid WHERE c.relnamespace = $1::regnamespace AND c.relname::text = ANY ($2))
  ORDER BY 1`;

/** What is no table. */
const KINDS = new Map([
  ['v', 'view'],
  ['m', 'materialized view'],
  ['f', 'foreign table'],
]);

const relationsSchema = z.array(z.object({ name: z.string(), kind: z.string() }));

function nameWithKind({ name, kind }: z.infer<typeof relationsSchema>[number]): string {
  return `${KINDS.get(kind) ?? 'table'} ${name}`;
}

/** Looks at what there is, and refuses nothing. */
export async function examineSchema(query: PostgresQuery): Promise<PresentSchema> {
  const relations = relationsSchema.parse(await query(RELATIONS, [SCHEMA]));
  if (relations.length === 0) return { kind: 'empty' };
  const known = knownTables();
  const strangers = relations
    .filter(({ name, kind }) => kind !== 'r' || !(known.has(name) || isGuardTable(name)))
    .map(nameWithKind);
  const tables = relations.filter(({ kind }) => kind === 'r').map(({ name }) => name);
  const isIrons = tables.includes('_iron') || tables.some((name) => isGuardTable(name));
  if (!isIrons) {
    return { kind: 'foreign', strangers: relations.map(nameWithKind) };
  }
  const dependents = z.array(z.object({ name: z.string() })).parse(await query(DEPENDENTS, [SCHEMA, tables]));
  return {
    kind: 'iron',
    tables,
    strangers,
    dependents: dependents.map(({ name }) => name),
    identity: tables.includes('_iron') ? await readPostgresIdentity(query) : null,
  };
}

/** @throws {ForeignSchemaError} there are tables of another program only */
export function requireIronSchema(name: string, present: PresentSchema): void {
  if (present.kind === 'foreign') throw new ForeignSchemaError(name, present.strangers);
}

/**
 * What is replaced is dropped, and with it nothing that is not Iron's.
 *
 * @throws {ForeignTablesError} another program keeps tables there, beside Iron's
 * @throws {ForeignSchemaError} … or alone
 * @throws {DependentsError} another schema holds what is built on Iron's tables
 * @throws {CopyUnfinishedError} somebody is copying to it, or was
 */
export function refuseStrangers(name: string, present: PresentSchema): void {
  requireIronSchema(name, present);
  if (present.kind !== 'iron') return;
  if (present.strangers.includes(`table ${UNFINISHED_TABLE}`)) throw new CopyUnfinishedError(name);
  if (present.strangers.length > 0) throw new ForeignTablesError(name, present.strangers);
  if (present.dependents.length > 0) throw new DependentsError(name, present.dependents);
}

/** Whether it is marked as a database of production. */
export function isProductionSchema(present: PresentSchema): boolean {
  return present.kind === 'iron' && present.identity?.environment === 'production';
}

/** Whether it was marked, and nobody can say any more as what: a file has a second mark in its header. */
export function hasLostIdentity(present: PresentSchema): boolean {
  return present.kind === 'iron' && present.identity === null;
}

/** What migrations make. */
function knownTables(): Set<string> {
  return new Set(TABLES.map((table) => getTableName(table)));
}
