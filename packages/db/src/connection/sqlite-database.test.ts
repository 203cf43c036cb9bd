import { eq } from '../drizzle.ts';
import { describe, expect, test } from 'vitest';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { users } from '../schema/index.ts';
import { DatabaseReadOnlyError, NoSnapshotInMemoryError, TooManyConnectionsError } from './connection-errors.ts';
import { run, type Writer } from '../work/queries.ts';
import type { SqliteDatabase, SqliteTransaction } from './sqlite-database.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

/** An open database file with the one user `old`. */
async function openedDatabase(path: string, maxConnections?: number): Promise<SqliteDatabase> {
  await makeDatabase(path);
  return await openSqliteDatabase(
    { kind: 'file', path, mode: 'rw' },
    { ...(maxConnections !== undefined && { maxConnections }) },
  );
}

function addUser(tx: SqliteTransaction, name: string): void {
  tx.insert(users).values({ id: name, username: name, role: 'viewer', createdAt: 1_750_000_000_000 }).run();
}

function names(orm: SqliteDatabase['orm']): string[] {
  return orm
    .select({ name: users.username })
    .from(users)
    .all()
    .map(({ name }) => name)
    .toSorted();
}

describe('transact', () => {
  test('keeps all that was written, and returns what the work returns', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    const result = database.transact((tx) => {
      addUser(tx, 'a');
      addUser(tx, 'b');
      return names(tx).length;
    });

    expect(names(database.orm)).toEqual(['a', 'b', 'old']);
    expect(result).toBe(3);
  });

  test('keeps nothing when the work throws, and throws the same error', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);
    const problem = new Error('on second thoughts');

    const fail = () =>
      database.transact((tx) => {
        addUser(tx, 'a');
        throw problem;
      });

    expect(fail).toThrow(problem);
    expect(names(database.orm)).toEqual(['old']);
    expect(database.connection.inTransaction).toBe(false);
  });

  test('keeps nothing when a constraint is broken half-way', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    const fail = () =>
      database.transact((tx) => {
        addUser(tx, 'a');
        addUser(tx, 'OLD');
      });

    expect(fail).toThrow('UNIQUE constraint failed: users.username');
    expect(names(database.orm)).toEqual(['old']);
  });

  test('within another undoes its own part alone', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    database.transact((tx) => {
      addUser(tx, 'outer');
      expect(() =>
        tx.transaction((inner) => {
          addUser(inner, 'inner');
          inner.rollback();
        }),
      ).toThrow('Rollback');
    });

    expect(names(database.orm)).toEqual(['old', 'outer']);
  });

  test('has the right to write from its first moment', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);
    using other = openRaw(folder.database, { timeout: 0 });
    const write = () => other.connection.exec("UPDATE users SET username = 'other'");

    database.transact((tx) => {
      expect(write).toThrow('database is locked');
      tx.update(users).set({ username: 'mine' }).where(eq(users.username, 'old')).run();
    });

    write();
    expect(names(database.orm)).toEqual(['other']);
  });

  test('lets others read what was there before, meanwhile', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);
    using other = openRaw(folder.database, { timeout: 0 });

    database.transact((tx) => {
      addUser(tx, 'a');
      expect(other.connection.prepare('SELECT username FROM users').pluck().all()).toEqual(['old']);
    });
  });

  test('does not take work that would go on after it: it does not compile, and throws and keeps nothing', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    const waiting = () =>
      // @ts-expect-error a promise is not an answer: what is awaited would run outside the transaction
      database.transact(async (tx) => {
        addUser(tx, 'a');
        await Promise.resolve();
      });
    const unawaited = () =>
      // @ts-expect-error the same for a promise that nobody sees
      database.transact((tx) => {
        addUser(tx, 'b');
        return tx.$count(users);
      });

    expect(waiting).toThrow('Transaction function cannot return a promise');
    expect(unawaited).toThrow('Transaction function cannot return a promise');
    expect(names(database.orm)).toEqual(['old']);
  });
});

describe('write', () => {
  test('says that the database was opened for reading, as no error of SQLite does', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'ro' });

    await expect(database.write((tx) => run(tx.delete(users)))).rejects.toThrow(DatabaseReadOnlyError);
    expect(names(database.orm)).toEqual(['old']);
  });
});

describe('what writes cannot be called without a transaction', () => {
  test('and what reads can be called with one', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    // @ts-expect-error the database is no Writer
    const _database: Writer = database;
    // @ts-expect-error its reader neither
    const _reader: Writer = database.reader;
    // @ts-expect-error and a Reader has no way to write
    expect(() => void database.reader.delete).not.toThrow();

    expect(database.transact((tx) => names(tx))).toEqual(['old']);
  });
});

describe('a snapshot', () => {
  test('shows the database as it was, whatever is written meanwhile', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);

    using snapshot = database.openSnapshot();
    database.transact((tx) => addUser(tx, 'new'));

    expect(names(snapshot.orm)).toEqual(['old']);
    expect(names(database.orm)).toEqual(['new', 'old']);
    using later = database.openSnapshot();
    expect(names(later.orm)).toEqual(['new', 'old']);
  });

  test('cannot be written to', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database);
    using snapshot = database.openSnapshot();
    expect(() => snapshot.connection.exec('DELETE FROM users')).toThrow('attempt to write a readonly database');
  });

  test('takes one of the connections, until it is closed', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database, 3);

    const first = database.openSnapshot();
    database.openSnapshot();
    expect(() => database.openSnapshot()).toThrow(TooManyConnectionsError);
    expect(() => database.openSnapshot()).toThrow('All 3 connections to the database are in use.');

    first.close();
    first.close();
    database.openSnapshot();
    expect(() => database.openSnapshot()).toThrow(TooManyConnectionsError);
  });

  test('is not to be had with one connection', async () => {
    using folder = databaseFolder();
    using database = await openedDatabase(folder.database, 1);
    expect(() => database.openSnapshot()).toThrow('All 1 connections to the database are in use.');
  });

  test('is not to be had of a database in memory', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    expect(() => database.openSnapshot()).toThrow(NoSnapshotInMemoryError);
  });

  test('is closed with its database', async () => {
    using folder = databaseFolder();
    const database = await openedDatabase(folder.database);
    const snapshot = database.openSnapshot();

    database.close();
    database.close();

    expect(snapshot.connection.open).toBe(false);
    expect(database.connection.open).toBe(false);
  });

  test('is not to be had of a database that was closed', async () => {
    using folder = databaseFolder();
    const database = await openedDatabase(folder.database);
    database.close();
    expect(() => database.openSnapshot()).toThrow('The database connection is not open');
  });
});
