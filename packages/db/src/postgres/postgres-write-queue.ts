import type { OnCommit } from '../commit/commit-listeners.ts';
import type { Writer } from '../work/queries.ts';
import { type Work, workThrough } from '../work/work.ts';
import { CommitListeners } from '../commit/commit-listeners.ts';
import { postgresQueries } from './postgres-queries.ts';
import type { PostgresSession } from './postgres-session.ts';
import { isToBeTriedAgain, transaction, type TransactionContext } from './postgres-transaction.ts';

/** A piece of work, which may be run more than once before it is committed, and the promise that was made for it. */
interface Unit {
  run(tx: Writer): Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

/** What became of a unit inside its transaction. */
type Outcome = { readonly failed: false } | { readonly failed: true; readonly error: unknown };

const MOST_UNITS_A_COMMIT = 64;

/**
 * Changes that nothing else may go on beside, of one process: in one transaction after another, each of which shuts
 * everybody else out, in whatever process. What has come together meanwhile shares a transaction, each piece in a
 * savepoint of its own. So one connection is enough, and nobody waits for the lock but the first in line.
 */
export class PostgresWriteQueue {
  readonly #context: TransactionContext;
  readonly #begin: string;
  readonly #waiting: Unit[] = [];
  readonly #listeners = new CommitListeners();
  #draining: Promise<void> | undefined;

  /** @param begin the statements that a transaction begins with */
  constructor(context: TransactionContext, begin: string) {
    this.#context = context;
    this.#begin = begin;
  }

  /** Resolves when what `work` did is committed. Rejects with what it threw; then nothing of it is left. */
  write<T>(work: (tx: Writer) => Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(makeUnit(work, resolve, reject));
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  /** Tells `listener` of every commit from now on. @returns ends it */
  onCommit(listener: OnCommit): () => void {
    return this.#listeners.add(listener);
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // what is submitted at the same time comes along
    while (this.#waiting.length > 0) await this.#commitSome(this.#waiting.splice(0, MOST_UNITS_A_COMMIT));
    this.#draining = undefined;
  }

  async #commitSome(units: readonly Unit[]): Promise<void> {
    const beganAt = performance.now();
    try {
      const outcomes = await transaction(this.#context, this.#begin, {
        run: async (session) => await runAll(units, session),
      });
      this.#listeners.tell({ writes: units.length, milliseconds: performance.now() - beganAt });
      for (const [index, unit] of units.entries()) {
        const outcome = outcomes[index];
        if (outcome?.failed) unit.reject(outcome.error);
        else unit.resolve();
      }
    } catch (error) {
      if (units.length > 1 && isToBeTriedAgain(error)) await this.#commitEach(units);
      else for (const unit of units) unit.reject(error);
    }
  }

  /** One of them comes to nothing for the sake of others, time and again; it must not take the rest along. */
  async #commitEach(units: readonly Unit[]): Promise<void> {
    for (const unit of units) await this.#commitSome([unit]);
  }
}

async function runAll(units: readonly Unit[], session: PostgresSession): Promise<Outcome[]> {
  const tx = postgresQueries(session);
  const [only] = units;
  if (only && units.length === 1) {
    await only.run(tx);
    return [{ failed: false }];
  }
  const outcomes: Outcome[] = [];
  for (const unit of units) outcomes.push(await runIsolated(unit, tx, session));
  return outcomes;
}

async function runIsolated(unit: Unit, tx: Writer, session: PostgresSession): Promise<Outcome> {
  await session.query('SAVEPOINT unit');
  try {
    await unit.run(tx);
    await session.query('RELEASE SAVEPOINT unit'); // fails where the work overlooked that a statement had failed
    return { failed: false };
  } catch (error) {
    if (isToBeTriedAgain(error)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT unit'); // fails where the transaction is over, and with it all units
    return { failed: true, error };
  }
}

function makeUnit<T>(
  work: (tx: Writer) => Work<T>,
  resolve: (result: T) => void,
  reject: (reason: unknown) => void,
): Unit {
  let result: { readonly value: T };
  return {
    async run(tx) {
      result = { value: await workThrough(work(tx)) };
    },
    resolve: () => resolve(result.value),
    reject,
  };
}
