/**
 * SQL for a row for each advisory lock that anybody has in the database where it is asked. Other tests, which run beside,
 * have theirs in other databases of the same server.
 */
export const ADVISORY_LOCKS_HERE = `
  SELECT pid FROM pg_locks
  WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
