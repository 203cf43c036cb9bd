import type { CopyEnd } from './copy-end.ts';
import { sql } from './unfinished-copy.ts';

/** The row of `_iron`; times as their digits. */
export interface CopiedIdentity {
  readonly instanceId: string;
  readonly environment: string;
  readonly createdAt: string;
  readonly seededAt: string | null;
}

/** What a migrated database says it is. */
export async function readCopiedIdentity(end: CopyEnd): Promise<CopiedIdentity | undefined> {
  const [row] = await end.query(
    sql('SELECT instance_id, environment, CAST(created_at AS text), CAST(seeded_at AS text) FROM _iron'),
  );
  if (!row) return undefined;
  const [instanceId, environment, createdAt, seededAt] = row;
  return {
    instanceId: String(instanceId),
    environment: String(environment),
    createdAt: String(createdAt),
    seededAt: typeof seededAt === 'string' ? seededAt : null,
  };
}

/** Makes a database the same installation as another. */
export async function writeCopiedIdentity(end: CopyEnd, identity: CopiedIdentity): Promise<void> {
  const { instanceId, environment, createdAt, seededAt } = identity;
  await end.query(
    sql(
      `UPDATE _iron SET instance_id = ?, environment = ?,
         created_at = CAST(? AS bigint), seeded_at = CAST(? AS bigint)`,
      [instanceId, environment, createdAt, seededAt],
    ),
  );
}
