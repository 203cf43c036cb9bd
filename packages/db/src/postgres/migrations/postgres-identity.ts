import { randomUUID } from 'node:crypto';
import type { MigrationMark } from '../../migrations/apply-migration.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/**
 * Gives a database its identity, once: part of the transaction of the first migration. The search path leads to the
 * schema.
 */
export async function writePostgresIdentity(query: PostgresQuery, { environment, now }: MigrationMark): Promise<void> {
  const [table] = await query("SELECT to_regclass('_iron') IS NOT NULL AS exists");
  if (table?.['exists'] !== true) return;
  await query(
    `INSERT INTO _iron (id, instance_id, environment, created_at)
     SELECT 1, $1, $2, $3 WHERE NOT EXISTS (SELECT FROM _iron)`,
    [randomUUID(), environment, now],
  );
}
