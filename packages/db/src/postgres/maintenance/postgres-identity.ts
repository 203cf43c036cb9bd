import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Environment } from '../../connection/environment.ts';
import type { DatabaseIdentity } from '../../connection/identity.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';

const identitySchema = z
  .object({
    instance_id: z.string(),
    environment: z.custom<Environment>((value) => typeof value === 'string'),
    created_at: z.int(),
    seeded_at: z.int().nullable(),
  })
  .transform((row): DatabaseIdentity => ({
    instanceId: row.instance_id,
    environment: row.environment,
    createdAt: row.created_at,
    seededAt: row.seeded_at,
  }));

/** The row of `_iron` in a schema that has that table; `null` where the row is gone, or not as it was made. */
export async function readPostgresIdentity(
  query: PostgresQuery,
  schema: string = SCHEMA,
): Promise<DatabaseIdentity | null> {
  const [row] = await query(
    `SELECT to_jsonb(i.*) AS identity FROM ${quoteName(schema)}._iron AS i ORDER BY id LIMIT 1`,
  );
  return identitySchema.safeParse(row?.['identity']).data ?? null;
}

/**
 * Gives a database its identity, once: part of the transaction of the first migration. The search path leads to the
 * schema.
 */
export async function writePostgresIdentity(
  query: PostgresQuery,
  environment: Environment,
  now: number,
): Promise<void> {
  const [table] = await query("SELECT to_regclass('_iron') IS NOT NULL AS exists");
  if (table?.['exists'] !== true) return;
  await query(
    `INSERT INTO _iron (id, instance_id, environment, created_at)
     SELECT 1, $1, $2, $3 WHERE NOT EXISTS (SELECT FROM _iron)`,
    [randomUUID(), environment, now],
  );
}
