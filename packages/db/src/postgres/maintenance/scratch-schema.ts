import { randomBytes } from 'node:crypto';
import { quoteName } from '../../structure/quote-name.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import type { LifecycleConnection } from './lifecycle-connection.ts';

/** What a schema beside Iron's own is for: to become it, or to see that a backup is whole. */
type Purpose = 'build' | 'check';

const OF_US = String.raw`^_iron_(build|check)_[0-9a-f]{12}$`;

/**
 * Runs `work` with the name of a schema that is not there yet, and removes it afterwards, if it is there then.
 *
 * @param connection is in no transaction when `work` is done
 */
export async function withScratchSchema<T>(
  connection: LifecycleConnection,
  purpose: Purpose,
  work: (schema: string) => Promise<T>,
): Promise<T> {
  const schema = `_iron_${purpose}_${randomBytes(6).toString('hex')}`;
  let result: T;
  try {
    result = await work(schema);
  } catch (error) {
    await removeAfterFailure(connection, schema);
    throw error;
  }
  await dropSchema(connection.query, schema);
  return result;
}

/** What failed first is what counts, also where the connection has broken: the next run sweeps up. */
async function removeAfterFailure({ query }: LifecycleConnection, schema: string): Promise<void> {
  try {
    await query('ROLLBACK');
    await dropSchema(query, schema);
  } catch {
    // The next run does it.
  }
}

/** Removes what killed runs left. The caller holds the lifecycle lock. */
export async function dropLeftSchemas(query: PostgresQuery): Promise<void> {
  const left = await query('SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ $1 ORDER BY 1', [OF_US]);
  for (const { name } of left) await dropSchema(query, String(name));
}

async function dropSchema(query: PostgresQuery, schema: string): Promise<void> {
  await query(`DROP SCHEMA IF EXISTS ${quoteName(schema)} CASCADE`);
}
