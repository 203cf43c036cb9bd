import type { PostgresSession } from './postgres-session.ts';

/** What changes nothing, and what is refused outside of a transaction. */
const HARMLESS = /^\s*(SELECT|SAVEPOINT)\b/i;

interface Waiting {
  readonly start: () => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * A session of a transaction whose BEGIN may still be on its way. The server carries out what comes behind it in any case,
 * and where BEGIN has failed (it was cancelled, or the server was short of memory) each statement is then a transaction of
 * its own, which is committed at once. So only what changes nothing is sent without waiting for its answer; the rest, and
 * all that comes after it, is sent when the transaction has begun, and is not where it has not.
 */
export function beginningSession(session: PostgresSession, begun: Promise<unknown>): PostgresSession {
  let hasBegun = false;
  const waiting: Waiting[] = [];
  const settle = async () => {
    try {
      await begun;
      hasBegun = true;
      for (const { start } of waiting.splice(0)) start();
    } catch (reason) {
      for (const { fail } of waiting) fail(reason);
    }
  };
  void settle();
  const inOrder = async <T>(sql: string, send: () => Promise<T>): Promise<T> => {
    if (hasBegun || (waiting.length === 0 && HARMLESS.test(sql))) return await send();
    return await new Promise<T>((resolve, reject) => {
      waiting.push({ start: () => void send().then(resolve, reject), fail: reject });
    });
  };
  return {
    query: async (sql, parameters) => await inOrder(sql, async () => await session.query(sql, parameters)),
    queryLists: async (sql, parameters) => await inOrder(sql, async () => await session.queryLists(sql, parameters)),
  };
}
