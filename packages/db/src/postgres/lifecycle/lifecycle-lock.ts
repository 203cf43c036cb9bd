import { DatabaseError } from 'pg';
import { DatabaseInUseError } from '../../connection/connection-errors.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { connectForLifecycle, type LifecycleConnection } from './lifecycle-connection.ts';
import { findLockHolders } from './postgres-holders.ts';

/** `Iron`, and which of its locks: that of whoever migrates, copies or replaces the database as a whole. */
const LIFECYCLE_LOCK = '1232236398, 2';

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs `work` on a connection of its own that holds the lock on the life of the database, waiting up to `waitMs` for it.
 * It is the lock that migrations hold, and the server releases it when the process or its connection ends.
 *
 * @throws {DatabaseInUseError} another process kept it for longer
 */
export async function withPostgresLifecycleLock<T>(
  location: PostgresLocation,
  waitMs: number,
  work: (connection: LifecycleConnection) => Promise<T>,
): Promise<T> {
  await using connection = await connectForLifecycle(location);
  await acquire(connection, waitMs);
  try {
    return await work(connection);
  } catch (error) {
    throw connection.explain(error);
  }
}

async function acquire({ client, name, query, explain }: LifecycleConnection, waitMs: number): Promise<void> {
  const [before] = await query('SHOW lock_timeout');
  try {
    await client.query(
      `SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}; SELECT pg_advisory_lock(${LIFECYCLE_LOCK})`,
    );
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw explain(error);
    throw new DatabaseInUseError(name, await findLockHolders(query), error);
  }
  await query("SELECT set_config('lock_timeout', $1, false)", [before?.['lock_timeout']]);
}
