import { DatabaseError } from 'pg';
import { type Call, openMemories, type OpenMemories } from '../call/call.ts';
import type { OnCommit } from '../commit/commit-listeners.ts';
import type { Writer } from '../work/queries.ts';
import { workThrough } from '../work/work.ts';
import { SumTooLargeError } from '../commit/commit-errors.ts';
import { CommitListeners } from '../commit/commit-listeners.ts';
import { DatabaseUnreachableError } from './postgres-errors.ts';
import { postgresQueries } from './postgres-queries.ts';
import type { PostgresSession } from './postgres-session.ts';
import { isToBeTriedAgain, transaction, type TransactionContext, TryAgain } from './postgres-transaction.ts';

/** A call, which may be run more than once before it is committed, and the promise that was made for it. */
interface Unit {
  readonly call: Call<unknown>;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** What became of a call inside its transaction. */
type Outcome =
  | { readonly failed: false; readonly result: unknown }
  | { readonly failed: true; readonly error: unknown };

const MOST_CALLS_A_COMMIT = 512;

/**
 * The calls of one process. Those that have come together share a transaction, in which there are two round trips: what
 * they need is read, and what they have changed is written. They are carried out one after the other in memory in
 * between, and one that fails takes nothing of its neighbours with it. While some are being committed, others are.
 */
export class PostgresCallQueue {
  readonly #context: TransactionContext;
  readonly #begin: string;
  readonly #waiting: Unit[] = [];
  readonly #listeners = new CommitListeners();
  readonly #mostAtOnce: number;
  #underWay = 0;
  #isScheduled = false;
  #whenIdle: (() => void)[] = [];

  /**
   * @param begin the statements that a transaction begins with
   * @param mostAtOnce how many transactions may be under way at a time
   */
  constructor(context: TransactionContext, begin: string, mostAtOnce: number) {
    this.#context = context;
    this.#begin = begin;
    this.#mostAtOnce = mostAtOnce;
  }

  /** Resolves when what the call did is committed. Rejects with what it threw; then nothing of it is left. */
  carryOut<T>(call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when no call waits or is under way. */
  async idle(): Promise<void> {
    if (this.#waiting.length === 0 && this.#underWay === 0) return;
    await new Promise<void>((resolve) => void this.#whenIdle.push(resolve));
  }

  /** Tells `listener` of every commit from now on. @returns ends it */
  onCommit(listener: OnCommit): () => void {
    return this.#listeners.add(listener);
  }

  /** What is submitted in this turn of the event loop goes together. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= this.#mostAtOnce) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#commitSome(this.#waiting.splice(0, MOST_CALLS_A_COMMIT));
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  async #commitSome(units: readonly Unit[]): Promise<void> {
    this.#underWay += 1;
    const beganAt = performance.now();
    try {
      const outcomes = await this.#transact(units);
      this.#listeners.tell({ writes: units.length, milliseconds: performance.now() - beganAt });
      for (const [index, unit] of units.entries()) {
        const outcome = outcomes[index];
        if (outcome?.failed) unit.reject(outcome.error);
        else unit.resolve(outcome?.result);
      }
    } catch (error) {
      for (const unit of units) unit.reject(error);
    } finally {
      this.#underWay -= 1;
    }
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#underWay === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /**
   * One whose statement fails, or that fails after a part of it was written, cannot be taken back alone: then each has a
   * transaction of its own.
   */
  async #transact(units: readonly Unit[]): Promise<Outcome[]> {
    try {
      return await this.#transactTogether(units);
    } catch (error) {
      const isOfOne =
        error instanceof SpoiltTransaction || error instanceof DatabaseError || error instanceof SumTooLargeError;
      if (!isOfOne) throw error;
      if (units.length === 1)
        return [{ failed: true, error: error instanceof SpoiltTransaction ? error.cause : error }];
    }
    const outcomes: Outcome[] = [];
    for (const unit of units) outcomes.push(...(await this.#transact([unit])));
    return outcomes;
  }

  async #transactTogether(units: readonly Unit[]): Promise<Outcome[]> {
    let memories: OpenMemories | undefined;
    return await transaction(this.#context, this.#begin, {
      run: async (session) => {
        const changes = new NotedChanges(session);
        const tx = postgresQueries(changes);
        const calls = units.map(({ call }) => call);
        memories = openMemories(tx, calls);
        await memories.load();
        const outcomes: Outcome[] = [];
        for (const call of calls) outcomes.push(await carryOut(call, tx, { memories, changes }));
        return outcomes;
      },
      last: () => (memories?.flush() ?? []).map(orTryAgain),
    });
  }
}

interface Shared {
  readonly memories: OpenMemories;
  readonly changes: NotedChanges;
}

async function carryOut(call: Call<unknown>, tx: Writer, { memories, changes }: Shared): Promise<Outcome> {
  const takeBack = memories.mark();
  const before = changes.rows;
  try {
    const result = await workThrough(call.work(tx));
    if (changes.hasFailed) throw new TypeError('A call has overlooked that a statement of it failed.');
    return { failed: false, result };
  } catch (error) {
    if (isToBeTriedAgain(error) || error instanceof DatabaseUnreachableError) throw error;
    const isTakenBack = takeBack() && changes.rows === before && !changes.hasFailed;
    if (!isTakenBack) throw new SpoiltTransaction('A call failed that cannot be taken back alone.', { cause: error });
    return { failed: true, error };
  }
}

/** A call of several has failed, and nothing but the end of the transaction takes it back. */
class SpoiltTransaction extends Error {}

/** A session that knows how many rows its statements have changed, and whether one of them failed. */
class NotedChanges implements PostgresSession {
  readonly #session: PostgresSession;
  rows = 0;
  hasFailed = false;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async query(...statement: Parameters<PostgresSession['query']>): ReturnType<PostgresSession['query']> {
    return await this.#note(statement[0], this.#session.query(...statement));
  }

  async queryLists(...statement: Parameters<PostgresSession['queryLists']>): ReturnType<PostgresSession['queryLists']> {
    return await this.#note(statement[0], this.#session.queryLists(...statement));
  }

  /** The server counts what a statement reads as its changes, too. */
  async #note<Result extends { readonly changes: number }>(sql: string, answered: Promise<Result>): Promise<Result> {
    try {
      const result = await answered;
      if (!READS.test(sql)) this.rows += result.changes;
      return result;
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }
}

const READS = /^\s*select\b/i;

const UNIQUE_VIOLATION = '23505';

/** A row that others made since this transaction read that there was none: the next try finds it. */
async function orTryAgain(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    const isTaken = error instanceof DatabaseError && error.code === UNIQUE_VIOLATION;
    throw isTaken ? new TryAgain('Another transaction made the same row.', { cause: error }) : error;
  }
}
