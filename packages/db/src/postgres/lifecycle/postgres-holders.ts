import { z } from 'zod';
import type { FileHolder } from '../../connection/file-holders.ts';
import type { PostgresQuery } from '../structure/postgres-structure.ts';
import { LIFECYCLE_APPLICATION } from './lifecycle-connection.ts';

const rowSchema = z.object({ pid: z.int(), application: z.string().nullable(), address: z.string().nullable() });

const OF_THIS_DATABASE = 'a.datname = current_database() AND a.pid <> pg_backend_pid()';

/**
 * Of the connections of others a user without privileges sees no address and no kind; those that the server makes for
 * itself have no user. Who waits for the lock on the life of the database does nothing with it yet.
 */
const CONNECTED = `
  SELECT a.pid, a.application_name AS application, host(a.client_addr) AS address
  FROM pg_stat_activity AS a
  WHERE ${OF_THIS_DATABASE} AND a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'
    AND a.application_name IS DISTINCT FROM '${LIFECYCLE_APPLICATION}'
  ORDER BY a.pid`;

const LOCKING = `
  SELECT a.pid, a.application_name AS application, host(a.client_addr) AS address
  FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
  WHERE ${OF_THIS_DATABASE} AND l.granted AND l.locktype = 'advisory'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = 1232236398 AND l.objid = 2 AND l.objsubid = 2
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
    .map(({ pid, application, address }) => ({
      pid,
      command: `${application === null || application === '' ? 'unknown' : application} at ${address ?? 'this machine'}`,
    }));
}
