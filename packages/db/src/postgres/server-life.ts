import type { PoolClient } from 'pg';

/**
 * SQL for what is another one after a crash: the server counts anew then. The count of what it writes is as good as any
 * other for that, and everybody may read it.
 */
export const SERVER_LIFE = '(SELECT extract(epoch FROM stats_reset)::text FROM pg_stat_wal)';

const lives = new WeakMap<PoolClient, Promise<string | undefined>>();

/** The life of the server that this connection is of: no connection survives a crash. Asked once, and sent at once. */
export function serverLifeOf(client: PoolClient): Promise<string | undefined> {
  const known = lives.get(client);
  if (known) return known;
  const asked = client.query<{ life: string }>(`SELECT ${SERVER_LIFE} AS life`).then(
    ({ rows }) => rows[0]?.life,
    () => undefined,
  );
  lives.set(client, asked);
  return asked;
}
