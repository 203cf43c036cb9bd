import { setTimeout as pause } from 'node:timers/promises';
import { isIronError } from '@iron/errors';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { beginningSession } from './beginning-session.ts';
import { CommitUnknownError, DatabaseUnreachableError } from './postgres-errors.ts';
import { breakOff } from './postgres-pool.ts';
import { type PostgresSession, sessionOn } from './postgres-session.ts';
import { SERVER_LIFE, serverLifeOf } from './server-life.ts';

/** Where transactions are made, and how their errors read. */
export interface TransactionContext {
  readonly pool: Pool;
  /** For messages. */
  readonly name: string;
  readonly giveUpAfterMs: number;
  readonly explain: (error: unknown) => unknown;
}

/** Serialization failures and deadlocks: nothing was changed, and the same again may well succeed. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const MOST_TRIES = 10;
const LONGEST_PAUSE_MS = 20;
const ROLLBACK_MS = 5_000;
/** 24 days: what a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;
const ASK_EVERY_MS = 100;

/** Gives a transaction its number, by which the server can be asked what became of it. */
export const NUMBER = 'SELECT pg_current_xact_id()::text AS id';

/** What happens in a transaction. It may be run more than once, each time as if for the first. */
export interface TransactionWork<T> {
  /** Whether each of its statements may take as long as it does, as that which makes an index. Default: no. */
  readonly unhurried?: boolean;
  /** Its first statements are on their way together with those that begin the transaction. */
  run(session: PostgresSession): Promise<T>;
  /** Statements that are on their way together with the commit. They are sent at once, without waiting for anything. */
  last?(session: PostgresSession): readonly Promise<unknown>[];
}

/**
 * Runs `work` in a transaction that begins with the statements `begin`, and commits it. What fails for the sake of
 * others is tried again, from the beginning and at most ten times, after a short random pause; all that the try before
 * did is rolled back, so it does not count twice.
 *
 * A commit whose answer is lost may have taken place: the server is asked by the transaction's number, over another
 * connection.
 *
 * @throws {CommitUnknownError} and does not answer either
 */
export async function transaction<T>(context: TransactionContext, begin: string, work: TransactionWork<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryTransaction(context, begin, work);
    } catch (error) {
      if (tries >= MOST_TRIES || !isToBeTriedAgain(error)) throw context.explain(error);
    }
    await pause(Math.random() * LONGEST_PAUSE_MS);
  }
}

/** Something that another transaction did at the same moment: the same again finds it done. */
export class TryAgain extends Error {}

/** Whether the whole transaction is to be run once more because of an error in it. */
export function isToBeTriedAgain(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof TryAgain || isStale(cause)) return true;
  return cause instanceof DatabaseError && TRY_AGAIN.has(cause.code ?? '');
}

/** The structure was changed since a statement was prepared on this connection; a new connection prepares it anew. */
function isStale(cause: unknown): boolean {
  if (!(cause instanceof DatabaseError)) return false;
  return cause.code === '26000' || (cause.code === '0A000' && cause.message.startsWith('cached plan'));
}

function causeOf(error: unknown): unknown {
  return isIronError(error) ? error.cause : error;
}

async function tryTransaction<T>(context: TransactionContext, begin: string, work: TransactionWork<T>): Promise<T> {
  const outcome = await onClient(context, async (client) => {
    const session = sessionOn(client, context.explain, work.unhurried ? LONGEST_MS : undefined);
    const life = serverLifeOf(client);
    const [begun, running] = sendTogether(client, () => {
      const beginning = beginTransaction(client, begin);
      return [
        beginning,
        runOrRollBack(client, beginning, () => work.run(beginningSession(session, beginning))),
      ] as const;
    });
    const result = await running;
    const [last, committed] = sendTogether(client, () => {
      return [work.last?.(session) ?? [], client.query('COMMIT')] as const;
    });
    try {
      await Promise.all(last);
      const { command } = await committed;
      if (command !== 'COMMIT') throw new TypeError('A transaction that had failed was to be committed.');
      return { result };
    } catch (error) {
      const tag = await committed.then(
        ({ command }) => command,
        () => undefined,
      );
      // Whatever it was that failed, the server has answered the commit by rolling back, and the connection is whole.
      if (tag === 'ROLLBACK') throw new RolledBack('The transaction was rolled back.', { cause: error });
      if (isRefusal(error)) throw error;
      return { result, lost: { id: await begun, life: await life, error } };
    }
  });
  if (outcome.lost && !(await wasCommitted(context, outcome.lost))) {
    throw new DatabaseUnreachableError(context.name, 'the connection broke', outcome.lost.error);
  }
  return outcome.result;
}

/** The server says that it did not commit, and goes on; unlike one that is being shut down. */
function isRefusal(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof DatabaseError && !SHUTTING_DOWN.has(cause.code ?? '');
}

const SHUTTING_DOWN = new Set(['57P01', '57P02']);

/** A commit that was not answered, and the number of its transaction, in that life of the server. */
interface LostCommit {
  readonly id: string;
  readonly life: string | undefined;
  readonly error: unknown;
}

/** What is sent at once goes to the system in one piece, and not statement by statement. */
function sendTogether<T>({ connection: { stream } }: PoolClient, send: () => T): T {
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Lends a connection. One that has broken, or in which something failed, is not used again. */
async function onClient<T extends { readonly lost?: LostCommit }>(
  { pool }: TransactionContext,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  const noteBreak = () => void (isBroken = true);
  client.on('error', noteBreak); // or it would end the process
  try {
    const outcome = await work(client);
    isBroken ||= outcome.lost !== undefined;
    return outcome;
  } catch (error) {
    isBroken ||= !(error instanceof RolledBack);
    throw error instanceof RolledBack ? error.cause : error;
  } finally {
    client.off('error', noteBreak);
    if (isBroken) breakOff(client);
    client.release(isBroken);
  }
}

/** The work failed, and the connection is as good as before. */
class RolledBack extends Error {}

/** What failed first is what counts: where the transaction did not begin, all in it fails as well. */
async function runOrRollBack<T>(client: PoolClient, begun: Promise<string>, run: () => Promise<T>): Promise<T> {
  const running = run();
  running.catch(() => undefined);
  try {
    await begun;
    return await running;
  } catch (cause) {
    await running.catch(() => undefined);
    if (isStale(causeOf(cause)) || !(await rollBack(client))) throw cause;
    throw new RolledBack('The transaction was rolled back.', { cause });
  }
}

/** @returns whether the server says so; otherwise the end of the connection does it */
async function rollBack(client: PoolClient): Promise<boolean> {
  const bound = new AbortController();
  const rolledBack = client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([rolledBack, pause(ROLLBACK_MS, false, { signal: bound.signal })]);
  } finally {
    bound.abort();
  }
}

/** @returns the number of the transaction, where `begin` ends with {@link NUMBER} */
async function beginTransaction(client: PoolClient, begin: string): Promise<string> {
  const results: unknown = await client.query(begin);
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one result for each of the statements
  return (last as { rows: { id?: string }[] }).rows[0]?.id ?? '';
}

/**
 * What became of a transaction. One that is still under way waits for a connection that is gone, or for its own commit:
 * it is ended, which it is one way or the other.
 */
const FATE = `
  SELECT pg_xact_status($1::xid8) AS status, ${SERVER_LIFE} AS life,
    (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_xid = $1::xid8::xid) AS ended`;

/**
 * Asks the server until it answers, as long as a write may take. After a crash it may have given the number to another
 * transaction, so that nobody knows whose commit it speaks of.
 */
async function wasCommitted(context: TransactionContext, { id, life, error }: LostCommit): Promise<boolean> {
  if (id === '') return true; // it only read, and has its answers
  const until = performance.now() + context.giveUpAfterMs;
  while (performance.now() < until) {
    try {
      const { rows } = await context.pool.query<{ status: string | null; life: string }>(FATE, [id]);
      const [fate] = rows;
      if (fate?.status === 'aborted') return false;
      if (fate?.status === 'committed') {
        if (fate.life === life) return true;
        break;
      }
    } catch {
      // It does not answer yet.
    }
    await pause(ASK_EVERY_MS);
  }
  throw new CommitUnknownError(context.name, error);
}
