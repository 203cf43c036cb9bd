import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { HAS_LIFECYCLE_LOCK } from '../advisory-locks.ts';
import { isLockTimeout } from '../lock-timeout.ts';
import { connectPlainly, type PlainConnection } from '../plain-connection.ts';
import { type LockHolder, MigrationBlockedError } from './postgres-migration-errors.ts';

/** How long a statement of a migration waits for whoever uses a table: everybody else waits behind it meanwhile. */
export const LOCK_TIMEOUT_MS = 5_000;

const WHO_BLOCKS = `
  SELECT a.pid, a.application_name AS "applicationName", host(a.client_addr) AS address,
    (extract(epoch FROM coalesce(a.xact_start, a.backend_start)) * 1000)::bigint::text AS since
  FROM pg_stat_activity AS a WHERE a.pid = ANY (pg_blocking_pids($1)) ORDER BY a.xact_start, a.pid`;

/** Whether the connection has the lock on the life of the database still, and so is the one that took it. */
export async function holdsMigrationLock(query: PostgresQuery): Promise<boolean> {
  const rows = await query(`SELECT FROM pg_locks AS l WHERE l.pid = pg_backend_pid() AND ${HAS_LIFECYCLE_LOCK}`);
  return rows.length > 0;
}

/** Runs statements of a transaction, and looks meanwhile who keeps it waiting. */
export interface BlockedWatch extends AsyncDisposable {
  /**
   * @param what the beginning of the sentence that tells the failure, such as `Migration 008_agents.sql, line 12,`
   * @throws {MigrationBlockedError} it waited for a lock for too long
   */
  run<T>(what: string, statement: () => Promise<T>): Promise<T>;
}

/** @param lockTimeoutMs as it is set for the transaction */
export async function watchBlocked(
  { query, name }: PlainConnection,
  location: PostgresLocation,
  lockTimeoutMs: number,
): Promise<BlockedWatch> {
  const [self] = await query('SELECT pg_backend_pid() AS pid');
  let other: Promise<PlainConnection & AsyncDisposable> | undefined;
  const look = async (): Promise<LockHolder[]> => {
    other ??= connectPlainly(location);
    return holdersIn(await (await other).query(WHO_BLOCKS, [self?.['pid']]));
  };
  return {
    async run(what, statement) {
      let holders: readonly LockHolder[] = [];
      let looking: Promise<void> = Promise.resolve();
      const timer = setInterval(() => {
        looking = look().then(
          (found) => void (holders = found.length > 0 ? found : holders),
          () => undefined, // then it is not known who it is
        );
      }, lockTimeoutMs / 3);
      try {
        return await statement();
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
        await looking;
        throw new MigrationBlockedError(name, what, holders, lockTimeoutMs, error);
      } finally {
        clearInterval(timer);
        await looking;
      }
    },
    async [Symbol.asyncDispose]() {
      const connection = await other?.catch(() => undefined);
      await connection?.[Symbol.asyncDispose]();
    },
  };
}

function holdersIn(rows: readonly Record<string, unknown>[]): LockHolder[] {
  return rows.map(({ pid, applicationName, address, since }) => ({
    pid: Number(pid),
    applicationName: typeof applicationName === 'string' && applicationName !== '' ? applicationName : null,
    address: typeof address === 'string' ? address : null,
    since: since === null ? null : Number(since),
  }));
}
