import { DatabaseInUseError } from '../../connection/connection-errors.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { LIFECYCLE_LOCK } from '../advisory-locks.ts';
import { isLockTimeout } from '../lock-timeout.ts';
import { connectForLifecycle, type LifecycleConnection } from './lifecycle-connection.ts';
import { findLockHolders } from './postgres-holders.ts';

/**
 * A machine or a process that is gone is noticed while a statement runs, and its lock is free again. Not every system has
 * each of them.
 */
const NOTICE_THE_END = [
  'SET client_connection_check_interval = 1000',
  'SET tcp_keepalives_idle = 10',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 3',
];

/**
 * Runs `work` on a connection of its own that holds the lock on the life of the database, waiting up to `waitMs` for it.
 * The server releases it when the process or its connection ends.
 *
 * @throws {DatabaseInUseError} another process kept it for longer
 */
export async function withPostgresLifecycleLock<T>(
  location: PostgresLocation,
  waitMs: number,
  work: (connection: LifecycleConnection) => Promise<T>,
): Promise<T> {
  await using connection = await connectForLifecycle(location);
  await acquireLifecycleLock(connection, waitMs);
  try {
    return await work(connection);
  } catch (error) {
    throw connection.explain(error);
  }
}

/**
 * Takes the lock on the life of the database, until the connection ends. Whoever writes is not kept out by it.
 *
 * @throws {DatabaseInUseError} somebody else kept it for longer than `waitMs`
 */
export async function acquireLifecycleLock(
  { client, name, query, explain }: LifecycleConnection,
  waitMs: number,
): Promise<void> {
  for (const setting of NOTICE_THE_END) await client.query(setting).catch(() => undefined);
  const [before] = await query('SHOW lock_timeout');
  try {
    await client.query(
      `SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}; SELECT pg_advisory_lock(${LIFECYCLE_LOCK})`,
    );
  } catch (error) {
    if (!isLockTimeout(error)) throw explain(error);
    throw new DatabaseInUseError(name, await findLockHolders(query), error, 'server');
  }
  await query("SELECT set_config('lock_timeout', $1, false)", [before?.['lock_timeout']]);
}
