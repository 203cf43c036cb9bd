import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { connectPlainly, type PlainConnection } from '../plain-connection.ts';
import { TransactionPoolerError } from './transaction-pooler-error.ts';

const ROUNDS = 4;
/** A pooler that has no connection left makes the second one wait; then it is none that lends one out twice. */
const SECOND_WAITS_MS = 2_000;

/**
 * Refuses a pooler that gives each transaction whichever of the server's processes is free: a lock that is taken there
 * stays with the process, and nobody knows with whom next. A pooler that keeps one process for a connection is as good as
 * none.
 *
 * Whether it is one shows in who answers. While a second connection is in a transaction it has a process of its own; if
 * that is the one that has just answered the first connection, or if the first is answered by another one afterwards,
 * they are lent. Nothing is locked or set for that, which would stay behind in the pooler's connections.
 *
 * @throws {TransactionPoolerError}
 * @throws {DatabaseUnreachableError | DatabaseAccessRefusedError | DatabaseMissingError} the server does not let it in
 */
export async function requireOwnSession(location: PostgresLocation): Promise<void> {
  try {
    await compareAnswers(location);
  } catch (error) {
    throw explainPostgresError(error, { location, giveUpAfterMs: SECOND_WAITS_MS });
  }
}

async function compareAnswers(location: PostgresLocation): Promise<void> {
  await using first = await connectPlainly(location);
  const own = await processOf(first);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { other, answer } = await withAnother(location, async () => await processOf(first));
    if (other === own || (await answer()) !== own) throw new TransactionPoolerError(first.name);
    if (other === undefined) return; // there is none to be lent to anybody else
  }
}

interface Answered {
  /** The process that the second connection had in its transaction, if it had one. */
  readonly other: unknown;
  /** What the first connection was answered meanwhile, or as soon as that had ended. */
  readonly answer: () => Promise<unknown>;
}

async function withAnother(location: PostgresLocation, ask: () => Promise<unknown>): Promise<Answered> {
  const bounded = { ...location, connectTimeoutMs: Math.min(location.connectTimeoutMs, SECOND_WAITS_MS) };
  const second = await connectPlainly(bounded).catch(() => undefined);
  if (!second) return { other: undefined, answer: ask };
  await using connection = second;
  const other = await within(SECOND_WAITS_MS, begin(connection));
  const asking = ask();
  asking.catch(() => undefined); // `answer` says it
  await within(
    SECOND_WAITS_MS,
    asking.catch(() => undefined),
  );
  return { other, answer: async () => await asking };
}

/** What is there in time, or `undefined`. */
async function within(ms: number, promise: Promise<unknown>): Promise<unknown> {
  const bound = new AbortController();
  const over = pause(ms, undefined, { signal: bound.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, over]);
  } finally {
    bound.abort();
  }
}

async function begin(connection: PlainConnection): Promise<unknown> {
  try {
    await connection.query('BEGIN');
    return await processOf(connection);
  } catch {
    return undefined; // no connection is left for it
  }
}

async function processOf({ query }: PlainConnection): Promise<unknown> {
  const [row] = await query('SELECT pg_backend_pid() AS pid');
  return row?.['pid'];
}
