import { z } from 'zod';
import type { FileHolder } from '../../connection/file-holders.ts';
import { LIFECYCLE_APPLICATION } from '../../connection/lifecycle-application.ts';
import { HAS_LIFECYCLE_LOCK } from '../advisory-locks.ts';
import type { PostgresQuery } from '../postgres-query.ts';

const rowSchema = z.object({
  pid: z.int(),
  application: z.string().nullable(),
  address: z.string().nullable(),
  since: z.int().nullable(),
});

const HOLDER = `a.pid, a.application_name AS application, host(a.client_addr) AS address,
    (extract(epoch FROM a.backend_start) * 1000)::bigint AS since`;

const OF_THIS_DATABASE = 'a.datname = current_database() AND a.pid <> pg_backend_pid()';

/**
 * Of the connections of others a user without privileges sees no address and no kind; those that the server makes for
 * itself have no user. Who waits for the lock on the life of the database does nothing with it yet.
 */
const CONNECTED = `
  SELECT ${HOLDER}
  FROM pg_stat_activity AS a
  WHERE ${OF_THIS_DATABASE} AND a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'
    AND a.application_name IS DISTINCT FROM '${LIFECYCLE_APPLICATION}'
  ORDER BY a.pid`;

const LOCKING = `
  SELECT ${HOLDER}
  FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
  WHERE ${OF_THIS_DATABASE} AND ${HAS_LIFECYCLE_LOCK}
  ORDER BY a.pid`;

/** Who is connected to the database, other than the commands that take its lock: the server's process, and the program. */
export async function findConnected(query: PostgresQuery): Promise<FileHolder[]> {
  return describe(await query(CONNECTED));
}

/** Who holds the lock on the life of the database. */
export async function findLockHolders(query: PostgresQuery): Promise<FileHolder[]> {
  return describe(await query(LOCKING));
}

function describe(rows: readonly unknown[]): FileHolder[] {
  return z
    .array(rowSchema)
    .parse(rows)
    .map(({ pid, application, address, since }) => {
      const program = application === null || application === '' ? 'unknown' : application;
      const connected = since === null ? '' : `, since ${new Date(since).toISOString()}`;
      return { pid, command: `${program} at ${address ?? 'this machine'}${connected}` };
    });
}
