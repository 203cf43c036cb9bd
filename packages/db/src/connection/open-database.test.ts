import { chmodSync, copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { databaseFolder, listing, modeOf } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, usersIn } from '../lifecycle/made-database.fixture.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { type OpenOptions, openSqliteDatabase } from './open-sqlite-database.ts';

function open(path: string, mode: 'ro' | 'rw' | 'rwc' = 'rwc', options?: OpenOptions): Promise<SqliteDatabase> {
  return openSqliteDatabase({ kind: 'file', path, mode }, options);
}

function pragma(database: SqliteDatabase, name: string): unknown {
  return database.connection.pragma(name, { simple: true });
}

describe('openSqliteDatabase with mode rwc', () => {
  test('makes a file that only its owner can read, and its journal too, whatever the umask', async () => {
    using folder = databaseFolder();
    const umask = process.umask(0);
    try {
      using database = await open(folder.database);
      database.connection.exec('CREATE TABLE t (x)');
      expect(listing(folder.path).map((name) => [name, modeOf(folder.file(name))])).toEqual([
        ['dev_tokens.db', '600'],
        ['dev_tokens.db-shm', '600'],
        ['dev_tokens.db-wal', '600'],
      ]);
      expect(modeOf(`${folder.database}-lock`)).toBe('600');
    } finally {
      process.umask(umask);
    }
  });

  test('leaves the mode of a file that is there', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    chmodSync(folder.database, 0o640);
    (await open(folder.database)).close();
    expect(modeOf(folder.database)).toBe('640');
  });

  test('keeps the rows of a file that is there', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    (await open(folder.database)).close();
    expect(usersIn(folder.database)).toEqual(['old']);
  });
});

describe('openSqliteDatabase with mode rw', () => {
  test('opens what is there', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using database = await open(folder.database, 'rw');
    expect(database.connection.prepare('UPDATE users SET is_active = 0').run().changes).toBe(1);
  });

  test('refuses a missing file, and makes nothing', async () => {
    using folder = databaseFolder();
    await expect(open(folder.database, 'rw')).rejects.toMatchObject({
      code: 'database.missing',
      message: `There is no database at ${folder.database}.`,
    });
    expect(existsSync(`${folder.database}-lock`)).toBe(false);
    expect(listing(folder.path)).toEqual([]);
  });
});

describe('openSqliteDatabase with mode ro', () => {
  test('reads, and refuses to write', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using database = await open(folder.database, 'ro');
    expect(database.connection.prepare('SELECT username FROM users').pluck().all()).toEqual(['old']);
    expect(() => database.connection.exec('DELETE FROM users')).toThrow('attempt to write a readonly database');
  });

  test('refuses a missing file, and makes nothing', async () => {
    using folder = databaseFolder();
    await expect(open(folder.database, 'ro')).rejects.toMatchObject({ code: 'database.missing' });
    expect(listing(folder.path)).toEqual([]);
  });
});

describe('an open database', () => {
  test.each([
    ['journal_mode', 'wal'],
    ['foreign_keys', 1],
    ['synchronous', 2],
    ['trusted_schema', 0],
    ['busy_timeout', 5_000],
  ])('has %s = %s, be it new or not', async (name, value) => {
    using folder = databaseFolder();
    await makeDatabase(folder.file('old.db'));
    using fresh = await open(folder.database);
    using old = await open(folder.file('old.db'));
    expect([pragma(fresh, name), pragma(old, name)]).toEqual([value, value]);
  });

  test('does not enforce references when it is told not to', async () => {
    using folder = databaseFolder();
    using database = await open(folder.database, 'rwc', { foreignKeys: false });
    expect(pragma(database, 'foreign_keys')).toBe(0);
  });

  test('in memory is one connection, and no file', async () => {
    using database = await openSqliteDatabase('sqlite::memory:', { maxConnections: 9 });
    expect(database).toMatchObject({ path: ':memory:', maxConnections: 1 });
    expect(pragma(database, 'foreign_keys')).toBe(1);
    expect(existsSync(':memory:')).toBe(false);
  });

  test('by a URL is relative to the working directory', async () => {
    using folder = databaseFolder();
    const before = process.cwd();
    try {
      process.chdir(folder.path);
      using database = await openSqliteDatabase('sqlite:///./dev_tokens.db?mode=rwc');
      expect(database.path).toBe(folder.database);
    } finally {
      process.chdir(before);
    }
  });

  test('by a link is the file that the link leads to, with its journal beside that', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    symlinkSync(folder.database, folder.file('link.db'));
    using database = await open(folder.file('link.db'), 'rw');
    database.connection.exec('UPDATE users SET is_active = 0');
    expect(database.path).toBe(folder.database);
    expect(listing(folder.path)).toEqual(['dev_tokens.db', 'dev_tokens.db-shm', 'dev_tokens.db-wal', 'link.db']);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot hold %d connections',
    async (maxConnections) => {
      using folder = databaseFolder();
      await expect(open(folder.database, 'rwc', { maxConnections })).rejects.toMatchObject({
        code: 'database.invalid_max_connections',
        message: `A database cannot be opened with at most ${maxConnections} connections.`,
      });
      expect(listing(folder.path)).toEqual([]);
    },
  );
});

test('a file of no bytes is a database in which nothing is yet', async () => {
  using folder = databaseFolder();
  writeFileSync(folder.database, '');
  using database = await open(folder.database, 'rw');
  expect((await applyAllMigrations(database)).applied[0]).toBe('001_initial_schema.sql');
});

test('a copy made with cp is opened, and becomes a live database again', async () => {
  using folder = databaseFolder();
  await makeDatabase(folder.file('original.db'));
  copyFileSync(folder.file('original.db'), folder.database);
  using database = await open(folder.database, 'rw');
  expect(pragma(database, 'journal_mode')).toBe('wal');
});
