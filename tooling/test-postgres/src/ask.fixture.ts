import { administer } from '@iron/test-clones';

/** The rows of one query, over a connection of its own. */
export function ask(url: string, sql: string): Promise<unknown[]> {
  return administer(url, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  });
}
