import type Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { CommitQueue, type CommitQueueOptions, type OnCommit } from '../commit/commit-queue.ts';
import { DatabaseReadOnlyError, NoSnapshotInMemoryError, TooManyConnectionsError } from './connection-errors.ts';
import { openConnection } from './open-connection.ts';

type Orm = BetterSQLite3Database;

/** A prepared statement of the driver's, for a hot path; `Row` is what it reads. */
export type Statement<Parameters extends unknown[], Row = unknown> = Database.Statement<Parameters, Row>;

/** Queries that read. */
export type Reader = Pick<Orm, 'select' | 'selectDistinct'>;

/** Queries inside one transaction. A plain {@link IronDatabase} is not assignable to it. */
export type Writer = Parameters<Parameters<Orm['transaction']>[0]>[0];

/** The database as it was at one moment, whatever is written meanwhile. Holds one connection until it is closed. */
export interface Snapshot extends Disposable {
  readonly reader: Reader;
  readonly connection: Database.Database;
  close(): void;
}

/** An open database: one connection that writes, and up to `maxConnections - 1` snapshots beside it. */
export interface IronDatabase extends Disposable {
  /** Absolute path of the file, or `:memory:`. */
  readonly path: string;
  /** The driver's connection, for prepared statements on a hot path. */
  readonly connection: Database.Database;
  readonly reader: Reader;
  /** The most connections that this object holds at a time. */
  readonly maxConnections: number;
  /**
   * BEGIN IMMEDIATE … COMMIT, or ROLLBACK when `work` throws. `work` is synchronous: an `await` would leave the
   * transaction, so a function that returns a promise does not compile.
   */
  transact<T>(work: (tx: Writer) => T extends PromiseLike<unknown> ? never : T): T;
  /**
   * Like `transact`, but together with all else that is written in this turn of the event loop, in one commit. Resolves
   * after the commit; rejects with what `work` threw, and then nothing of it is left, and all else is there. For that
   * `work` may be run more than once, each time as if for the first: it does nothing that a rollback would not undo.
   * Waits for other processes without blocking this one.
   *
   * @throws {DatabaseReadOnlyError} it was opened with `mode=ro`
   * @throws {DatabaseBusyError} another process kept the lock for longer than `giveUpAfterMs`, usually 30 seconds
   * @throws {DiskFullError | DatabaseIoError} it could not be written; nothing of this commit is left
   */
  write<T>(work: (tx: Writer) => T extends PromiseLike<unknown> ? never : T): Promise<T>;
  /**
   * Tells `listener` of every commit that {@link write} makes from now on, right after it and before its promises
   * resolve. For metrics: it is called on the hot path, so it only counts.
   *
   * @returns ends it
   */
  onCommit(listener: OnCommit): () => void;
  /**
   * @throws {TooManyConnectionsError} `maxConnections` are open
   * @throws {NoSnapshotInMemoryError} the database is in memory
   */
  openSnapshot(): Snapshot;
  close(): void;
}

/** Wraps an open connection. Closing the result closes the connection and every snapshot. */
export function ironDatabase(
  connection: Database.Database,
  path: string,
  maxConnections: number,
  commitOptions?: CommitQueueOptions,
): IronDatabase {
  const orm: Orm = drizzle({ client: connection });
  const commits = new CommitQueue(connection, path, commitOptions);
  const snapshots = new Set<Snapshot>();
  let writer: Writer | undefined;
  const close = () => {
    if (connection.open) commits.flush();
    for (const snapshot of snapshots) snapshot.close();
    connection.close();
  };
  return {
    path,
    connection,
    reader: orm,
    maxConnections,
    transact: (work) => orm.transaction(work, { behavior: 'immediate' }),
    async write(work) {
      if (connection.readonly) throw new DatabaseReadOnlyError(path);
      writer ??= orm.transaction((tx) => tx); // its queries run in whichever transaction the connection is in
      const tx = writer;
      return await commits.write(() => work(tx));
    },
    onCommit: (listener) => commits.onCommit(listener),
    openSnapshot() {
      if (!connection.open) throw new TypeError('The database connection is not open'); // as the driver says it
      if (connection.memory) throw new NoSnapshotInMemoryError();
      if (snapshots.size + 1 >= maxConnections) throw new TooManyConnectionsError(maxConnections);
      const snapshot = openSnapshot(path, () => snapshots.delete(snapshot));
      snapshots.add(snapshot);
      return snapshot;
    },
    close,
    [Symbol.dispose]: close,
  };
}

function openSnapshot(path: string, onClose: () => void): Snapshot {
  const connection = openConnection(path, { readonly: true });
  // The snapshot begins with the first read, not with BEGIN.
  connection.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
  const close = () => {
    onClose();
    connection.close();
  };
  return { reader: drizzle({ client: connection }), connection, close, [Symbol.dispose]: close };
}
