import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { connectPlainly, type MigrationConnection } from './migration-connection.ts';
import { TransactionPoolerError } from './postgres-migration-errors.ts';

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
 */
export async function requireOwnSession(location: PostgresLocation): Promise<void> {
  await using first = await connectPlainly(location);
  const own = await processOf(first);
  for (let round = 0; round < ROUNDS; round += 1) {
    const answered = await whileAnotherIsInTransaction(location, async () => await processOf(first));
    if (answered.others.has(own) || answered.result !== own) throw new TransactionPoolerError(first.path);
  }
}

interface Answered {
  readonly result: unknown;
  readonly others: ReadonlySet<unknown>;
}

async function whileAnotherIsInTransaction(location: PostgresLocation, ask: () => Promise<unknown>): Promise<Answered> {
  const bounded = { ...location, connectTimeoutMs: Math.min(location.connectTimeoutMs, SECOND_WAITS_MS) };
  const second = await connectPlainly(bounded).catch(() => undefined);
  if (!second) return { result: await ask(), others: new Set() };
  await using connection = second;
  const others = await Promise.race([begin(connection), giveUp()]);
  return { result: await ask(), others };
}

async function begin(connection: MigrationConnection): Promise<ReadonlySet<unknown>> {
  try {
    await connection.query('BEGIN');
    return new Set([await processOf(connection)]);
  } catch {
    return new Set();
  }
}

async function giveUp(): Promise<ReadonlySet<unknown>> {
  return await new Promise((resolve) => void setTimeout(() => resolve(new Set()), SECOND_WAITS_MS).unref());
}

async function processOf({ query }: MigrationConnection): Promise<unknown> {
  const [row] = await query('SELECT pg_backend_pid() AS pid');
  return row?.['pid'];
}
