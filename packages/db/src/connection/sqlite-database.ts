import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { drizzle } from '../drizzle.ts';
import { CommitQueue, type CommitQueueOptions } from '../commit/commit-queue.ts';
import { accompanied } from '../work/accompany.ts';
import type { Reader, Writer } from '../work/queries.ts';
import { type Work, workNow } from '../work/work.ts';
import { DatabaseReadOnlyError, NoSnapshotInMemoryError, TooManyConnectionsError } from './connection-errors.ts';
import type { DatabaseOperations } from './iron-database.ts';
import { openConnection } from './open-connection.ts';
import { SqliteStatements } from './sqlite-statements.ts';

type Orm = BetterSQLite3Database;

/** Drizzle inside one transaction of SQLite, synchronous. */
export type SqliteTransaction = Parameters<Parameters<Orm['transaction']>[0]>[0];

/** The database as it was at one moment, whatever is written meanwhile. Holds one connection until it is closed. */
export interface Snapshot extends Disposable {
  readonly orm: Pick<Orm, 'select' | 'selectDistinct'>;
  readonly connection: Database.Database;
  close(): void;
}

/** An open SQLite file: one connection that writes, and up to `maxConnections - 1` snapshots beside it. */
export interface SqliteDatabase extends DatabaseOperations, Disposable {
  readonly engine: 'sqlite';
  /** Absolute path of the file, or `:memory:`. */
  readonly path: string;
  /** The driver's connection. */
  readonly connection: Database.Database;
  /** Drizzle on that connection, synchronous. */
  readonly orm: Pick<Orm, 'select' | 'selectDistinct'>;
  /**
   * BEGIN IMMEDIATE … COMMIT, or ROLLBACK when `work` throws. `work` is synchronous: an `await` would leave the
   * transaction, so a function that returns a promise does not compile.
   */
  transact<T>(work: (tx: SqliteTransaction) => T extends PromiseLike<unknown> ? never : T): T;
  /**
   * @throws {TooManyConnectionsError} `maxConnections` are open
   * @throws {NoSnapshotInMemoryError} the database is in memory
   */
  openSnapshot(): Snapshot;
  close(): void;
}

/** Wraps an open connection. Closing the result closes the connection and every snapshot. */
export function sqliteDatabase(
  connection: Database.Database,
  path: string,
  maxConnections: number,
  commitOptions?: CommitQueueOptions,
): SqliteDatabase {
  const orm: Orm = drizzle({ client: connection });
  const commits = new CommitQueue(connection, path, commitOptions);
  const snapshots = new Set<Snapshot>();
  const queries = queriesOn(orm, connection);
  const write = <T>(work: (tx: Writer) => Work<T>): Promise<T> => {
    if (connection.readonly) return Promise.reject(new DatabaseReadOnlyError(path));
    const whole = accompanied(work);
    return commits.write(() => workNow(whole(queries)));
  };
  const close = () => {
    if (connection.open) commits.flush();
    for (const snapshot of snapshots) snapshot.close();
    connection.close();
  };
  return {
    engine: 'sqlite',
    path,
    connection,
    orm,
    reader: queries,
    maxConnections,
    transact: (work) => orm.transaction(work, { behavior: 'immediate' }),
    read: async (work) => workNow(work(queries)),
    atOneMoment: async (work) => connection.transaction(() => workNow(work(queries)))(),
    write,
    call: (call) => write((tx) => call.work(tx)),
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
    [Symbol.asyncDispose]: async () => close(),
  };
}

/** Queries run in whichever transaction the connection is in, so those of a reader and of a writer are the same. */
export function queriesOn(orm: Orm, connection: Database.Database): Reader & Writer {
  const statements = new SqliteStatements(connection);
  const queries = {
    select: orm.select.bind(orm),
    selectDistinct: orm.selectDistinct.bind(orm),
    insert: orm.insert.bind(orm),
    update: orm.update.bind(orm),
    delete: orm.delete.bind(orm),
    statement: statements.statement.bind(statements),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is typed as a promise is there at once; see `wait`
  return queries as unknown as Writer;
}

function openSnapshot(path: string, onClose: () => void): Snapshot {
  const connection = openConnection(path, { readonly: true });
  // The snapshot begins with the first read, not with BEGIN.
  connection.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
  const close = () => {
    onClose();
    connection.close();
  };
  return { orm: drizzle({ client: connection }), connection, close, [Symbol.dispose]: close };
}
