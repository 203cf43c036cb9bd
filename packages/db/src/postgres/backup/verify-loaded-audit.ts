import { isDeepStrictEqual } from 'node:util';
import { type AuditVerification, verifyAudit } from '../../audit/verify-audit.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';

const LOGS = ['audit_log', 'user_audit_log'];

/**
 * Whether the chained logs of a copy are as the database's: usually whole, both of them. A chain that somebody broke is
 * backed up broken, as the proof that it is, so then the database's own is looked at, too.
 *
 * @returns what is wrong, in sentences
 */
export async function compareAudit(
  source: LifecycleConnection,
  copy: LifecycleConnection,
  schema: string,
  structure: PostgresStructure,
): Promise<string[]> {
  const present = new Set(structure.tables.map(({ name }) => name));
  if (!LOGS.every((log) => present.has(log))) return [];
  const copied = await auditIn(copy, schema);
  if (copied.every(({ broken }) => broken === null)) return [];
  const own = await auditIn(source, SCHEMA);
  return isDeepStrictEqual(copied, own) ? [] : ['the audit log of the copy is not the one of the database'];
}

async function auditIn({ query, queries }: LifecycleConnection, schema: string): Promise<AuditVerification[]> {
  await query(`SET search_path = ${quoteName(schema)}`);
  const verification = await verifyAudit(queries);
  await query(`SET search_path = ${SCHEMA}`);
  return verification;
}
