import type { Call } from '../call/call.ts';
import type { OnCommit } from '../commit/commit-listeners.ts';
import type { PostgresDatabase } from '../postgres/postgres-database.ts';
import type { Reader, Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** An open database, whichever engine it is on. */
export type IronDatabase = SqliteDatabase | PostgresDatabase;

/** What can be done with a database on every engine. */
export interface DatabaseOperations extends AsyncDisposable {
  /** What a person knows it by: the path of its file, or its URL without the password. */
  readonly path: string;
  /** Queries outside of a transaction, each by itself. */
  readonly reader: Reader;
  /** The most connections that this object holds at a time. */
  readonly maxConnections: number;
  /** Reads in several steps, each of which sees what was committed before it. */
  read<T>(work: (reader: Reader) => Work<T>): Promise<T>;
  /** Reads in several steps what there was at one moment, whatever others write meanwhile. */
  atOneMoment<T>(work: (reader: Reader) => Work<T>): Promise<T>;
  /**
   * Writes in one transaction, during which nobody else changes anything: what the work has read is still so when it
   * writes. Resolves after the commit; rejects with what the work threw, and then nothing of it is left. Work that is
   * submitted at the same time shares a commit where that can be, and all else is there if a part of it fails; for that
   * it may be run more than once, each time as if for the first: it does nothing that a rollback would not undo. Others
   * are waited for without blocking this process.
   *
   * @throws {DatabaseReadOnlyError} it was opened for reading only
   * @throws {DatabaseBusyError} others kept it locked for longer than `giveUpAfterMs`, usually 30 seconds
   * @throws {IronError} it could not be written, and nothing of this commit is left
   */
  write<T>(work: (tx: Writer) => Work<T>): Promise<T>;
  /**
   * Like {@link write}, for calls under way. Where several machines share the database, others are kept from the rows
   * that the call needs, and not from all.
   */
  call<T>(call: Call<T>): Promise<T>;
  /**
   * Tells `listener` of every commit that {@link write} and {@link call} make from now on, right after it and before its promises
   * resolve. For metrics: it is called on the hot path, so it only counts.
   *
   * @returns ends it
   */
  onCommit(listener: OnCommit): () => void;
  /** Commits what waits, and closes every connection. */
  close(): Promise<void> | void;
}
