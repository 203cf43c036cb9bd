import type { DatabaseOperations } from '../connection/iron-database.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { accompanied } from '../work/accompany.ts';
import { workThrough } from '../work/work.ts';
import { WRITE_LOCK } from './advisory-locks.ts';
import { SCHEMA } from './iron-schema.ts';
import { explainPostgresError } from './explain-postgres-error.ts';
import { postgresName } from './postgres-name.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { postgresQueries } from './postgres-queries.ts';
import { type PostgresSession, sessionOn } from './postgres-session.ts';
import { NUMBER, transaction, type TransactionContext } from './postgres-transaction.ts';
import { PostgresCallQueue } from './postgres-call-queue.ts';
import { PostgresWriteQueue } from './postgres-write-queue.ts';

/** An open database of a PostgreSQL server: a pool of connections. */
export interface PostgresDatabase extends DatabaseOperations {
  readonly engine: 'postgres';
  readonly location: PostgresLocation;
  /** Statements outside of a transaction, each on any connection of the pool. */
  readonly session: PostgresSession;
  /** Brings what waits to its end, and closes every connection. */
  close(): Promise<void>;
}

/** Wraps a pool. Closing the result ends the pool. */
export function postgresDatabase(
  pool: PostgresPool,
  location: PostgresLocation,
  maxConnections: number,
  giveUpAfterMs: number,
): PostgresDatabase {
  const explain = (error: unknown) =>
    explainPostgresError(error, { location, giveUpAfterMs, isPoolFull: () => pool.isFull });
  const context: TransactionContext = { pool, name: postgresName(location), giveUpAfterMs, explain };
  const pooled = sessionOn(pool, explain);
  const reader = postgresQueries(pooled);
  const writes = new PostgresWriteQueue(context, beginAlone(giveUpAfterMs));
  const calls = new PostgresCallQueue(context, beginAmongOthers(giveUpAfterMs), Math.max(1, maxConnections - 1));
  const close = async () => {
    await Promise.all([calls.idle(), writes.idle()]);
    await pool.close();
  };
  return {
    engine: 'postgres',
    path: context.name,
    location,
    session: pooled,
    reader,
    maxConnections,
    read: async (work) => await workThrough(work(reader)),
    atOneMoment: async (work) =>
      await transaction(context, AT_ONE_MOMENT, {
        run: async (session) => await workThrough(work(postgresQueries(session))),
      }),
    write: async (work) => await writes.write(accompanied(work)),
    call: async (call) => await calls.carryOut({ needs: () => call.needs(), work: accompanied((tx) => call.work(tx)) }),
    onCommit(listener) {
      const [ofWrites, ofCalls] = [writes.onCommit(listener), calls.onCommit(listener)];
      return () => {
        ofWrites();
        ofCalls();
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Said again in each transaction: a pooler may give it a connection that the pool has not made. */
const IN_SCHEMA = `SET LOCAL search_path = ${SCHEMA}`;

const AT_ONE_MOMENT = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${IN_SCHEMA}`;

/** Whoever holds the lock is alone with the database, as with SQLite's BEGIN IMMEDIATE. */
function beginAlone(giveUpAfterMs: number): string {
  return begin(giveUpAfterMs, `pg_advisory_xact_lock(${WRITE_LOCK})`);
}

/** Calls shut each other out by the rows that they name alone. */
function beginAmongOthers(giveUpAfterMs: number): string {
  return begin(giveUpAfterMs, `pg_advisory_xact_lock_shared(${WRITE_LOCK})`);
}

/**
 * Whoever changes something finds its rows by keys. Tables of calls are empty at times, and a plan that was made for an
 * empty one, as those of foreign keys are once a connection, would go through all of a full one for each row.
 */
const BY_KEYS = 'SET LOCAL enable_seqscan = off; SET LOCAL jit = off';

function begin(giveUpAfterMs: number, lock: string): string {
  return [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    IN_SCHEMA,
    BY_KEYS,
    `SET LOCAL lock_timeout = ${giveUpAfterMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${giveUpAfterMs}`,
    `SELECT ${lock}`,
    NUMBER,
  ].join('; ');
}
