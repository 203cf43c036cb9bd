import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { DatabaseBusyError } from './commit-errors.ts';
import { CommitListeners, type OnCommit } from './commit-listeners.ts';
import { OtherWriters } from './other-writers.ts';

export interface CommitQueueOptions {
  /** How long a write waits for other processes, in milliseconds. Default: 30 seconds. */
  readonly giveUpAfterMs?: number | undefined;
}

/** One of the pieces of work that are written together, whatever its result is. */
interface Unit {
  run(): void;
  resolve(): void;
  reject(reason: unknown): void;
}

/** What became of a unit inside its transaction. */
type Outcome = { readonly failed: false } | { readonly failed: true; readonly error: unknown };

const DONE: Outcome = { failed: false };

/** The event loop gets its turn between two commits. */
const MOST_UNITS_A_COMMIT = 512;
const LONGEST_PAUSE_MS = 2;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The writes of one connection, committed together. Work submitted in one turn of the event loop shares one
 * transaction, so that one fsync serves all of it. None suffers from another's failure: if one fails, all are undone and
 * done again, each in a savepoint of its own. Not at once, because a savepoint copies every page that is changed in it.
 *
 * To wait as SQLite does would block the event loop, and lets one busy process starve the others for seconds. So a
 * locked database is tried again after a short random pause, until `giveUpAfterMs`; and while others write, whoever has
 * just committed pauses, too.
 */
export class CommitQueue {
  readonly #connection: Database.Database;
  readonly #path: string;
  readonly #giveUpAfterMs: number;
  readonly #runTogether: Database.Transaction<(units: readonly Unit[]) => Outcome[]>;
  readonly #runApart: Database.Transaction<(units: readonly Unit[]) => Outcome[]>;
  readonly #isolate: Database.Transaction<(unit: Unit) => void>;
  readonly #others: OtherWriters;
  readonly #waiting: Unit[] = [];
  readonly #listeners = new CommitListeners();
  #isDraining = false;
  #committedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Database.Database, path: string, { giveUpAfterMs = 30_000 }: CommitQueueOptions = {}) {
    this.#connection = connection;
    this.#path = path;
    this.#giveUpAfterMs = giveUpAfterMs;
    this.#others = new OtherWriters(connection);
    this.#isolate = connection.transaction((unit: Unit) => unit.run());
    this.#runTogether = connection.transaction((units) => {
      this.#others.look(); // in the transaction, where it takes no lock of its own
      return units.map((unit) => this.#runUnit(unit));
    });
    this.#runApart = connection.transaction((units) => units.map((unit) => this.#runIsolated(unit)));
  }

  /** Resolves when what `work` did is committed. Rejects with what it threw; then nothing of it is left. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(new Write(work, resolve, reject));
      if (this.#isDraining) return;
      this.#isDraining = true;
      setImmediate(() => void this.#drain());
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    try {
      while (this.#waiting.length > 0) this.#commitSome();
    } catch (error) {
      this.#rejectAll(explainDatabaseError(error, this.#path));
    }
  }

  /** Tells `listener` of every commit from now on. @returns ends it */
  onCommit(listener: OnCommit): () => void {
    return this.#listeners.add(listener);
  }

  async #drain(): Promise<void> {
    let busySince: number | undefined;
    while (this.#waiting.length > 0) {
      if (this.#isGreedy()) await pause(Math.random() * LONGEST_PAUSE_MS);
      if (this.#tryToCommit()) {
        busySince = undefined;
        if (this.#waiting.length > 0) await nextTurn();
        continue;
      }
      busySince ??= performance.now();
      if (performance.now() - busySince > this.#giveUpAfterMs) this.#rejectAll(this.#busyError());
      else await pause(Math.random() * LONGEST_PAUSE_MS);
    }
    this.#isDraining = false;
  }

  /** Whoever has just committed could be the first to have the lock again, always, while others wait in vain. */
  #isGreedy(): boolean {
    return this.#others.areAbout() && performance.now() - this.#committedAt < LONGEST_PAUSE_MS;
  }

  /** @returns whether nobody else had the lock */
  #tryToCommit(): boolean {
    try {
      this.#commitWithoutWaiting();
      this.#committedAt = performance.now();
    } catch (error) {
      if (isBusy(error)) {
        this.#others.noticed();
        return false;
      }
      this.#rejectAll(explainDatabaseError(error, this.#path));
    }
    return true;
  }

  #commitWithoutWaiting(): void {
    this.#connection.exec('PRAGMA busy_timeout = 0'); // prepared, it would be carried out when it is prepared
    try {
      this.#commitSome();
    } finally {
      if (this.#connection.open) this.#connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /** @throws what kept the units from being committed; they wait on */
  #commitSome(): void {
    if (this.#connection.inTransaction) throw new TypeError('A transaction was left open on this connection.');
    const units = this.#waiting.slice(0, MOST_UNITS_A_COMMIT);
    const beganAt = performance.now();
    const outcomes = this.#run(units);
    this.#listeners.tell({ writes: units.length, milliseconds: performance.now() - beganAt });
    this.#waiting.splice(0, units.length);
    for (const [index, unit] of units.entries()) {
      const outcome = outcomes[index];
      if (outcome?.failed) unit.reject(explainDatabaseError(outcome.error, this.#path));
      else unit.resolve();
    }
  }

  #run(units: readonly Unit[]): Outcome[] {
    try {
      return this.#runTogether.immediate(units);
    } catch (error) {
      if (error instanceof UnitFailure) return this.#runApart.immediate(units);
      throw error;
    }
  }

  /** @throws {UnitFailure} it failed, and the transaction is whole; anything else: the transaction is over */
  #runUnit(unit: Unit): Outcome {
    try {
      unit.run();
    } catch (cause) {
      throw this.#connection.inTransaction ? new UnitFailure('A unit failed.', { cause }) : cause;
    }
    if (!this.#connection.inTransaction) throw new TypeError('A write has ended the transaction that others are in.');
    return DONE;
  }

  #runIsolated(unit: Unit): Outcome {
    try {
      this.#isolate(unit);
      return DONE;
    } catch (error) {
      if (!this.#connection.inTransaction) throw error; // a full disk or a failed write has ended the transaction
      return { failed: true, error };
    }
  }

  #rejectAll(reason: unknown): void {
    for (const unit of this.#waiting.splice(0)) unit.reject(reason);
  }

  #busyError(): DatabaseBusyError {
    return new DatabaseBusyError(this.#path, this.#giveUpAfterMs);
  }
}

/**
 * A piece of work, which may be run more than once before it is committed, and the promise that was made for it. A class
 * and no literal: literals that often outlive a collection V8 makes among its old objects at once ("pretenuring"), and each
 * of them would keep what its work has made until the next full collection, as `node --trace-gc` shows.
 */
class Write<T> implements Unit {
  readonly reject: (reason: unknown) => void;
  readonly #work: () => T;
  readonly #resolve: (result: T) => void;
  #result!: T;

  constructor(work: () => T, resolve: (result: T) => void, reject: (reason: unknown) => void) {
    this.#work = work;
    this.#resolve = resolve;
    this.reject = reject;
  }

  run(): void {
    const result = this.#work();
    this.#result = result;
    if (!(result instanceof Promise)) return;
    result.catch(() => undefined); // what it does later is nobody's any more
    throw new TypeError('What is written together has to be synchronous.');
  }

  resolve(): void {
    this.#resolve(this.#result);
  }
}

/** One of the units failed, and not the transaction that they are in. */
class UnitFailure extends Error {}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
