import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { NotIronError } from './connection-errors.ts';
import { markEnvironment } from './environment-mark.ts';
import { APPLICATION_ID, isEmptyDatabase, readIdentity, requireIron } from './identity.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

const NOW = 1_750_000_000_000;

/** A connection in memory in which another program put something. */
function foreign(sql: string): Database.Database {
  const connection = new Database(':memory:');
  connection.exec(sql);
  return connection;
}

describe('the identity of a database', () => {
  test('is written with the first migration: an id of its own, its environment and the time', async () => {
    using one = await openSqliteDatabase('sqlite::memory:');
    using other = await openSqliteDatabase('sqlite::memory:');
    expect(readIdentity(one.connection)).toBeUndefined();

    await applyAllMigrations(one, { environment: 'production', now: () => NOW });
    await applyAllMigrations(other);

    const identity = readIdentity(one.connection);
    expect(identity).toMatchObject({ environment: 'production', createdAt: NOW, seededAt: null });
    expect(identity?.instanceId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(readIdentity(other.connection)?.environment).toBe('development');
    expect(readIdentity(other.connection)?.instanceId).not.toBe(identity?.instanceId);
  });

  test('says Iron in the header of the file', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database);
    const image = database.connection.serialize();
    expect(image.toString('latin1', 68, 72)).toBe('Iron');
  });

  test('stays as it is when later migrations are applied elsewhere, in another environment', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, {
      migrations: readMigrations().slice(0, 1),
      environment: 'test',
      now: () => NOW,
    });
    const before = readIdentity(database.connection);

    await applyAllMigrations(database, { environment: 'development', now: () => NOW + 1 });

    expect(readIdentity(database.connection)).toEqual(before);
  });
});

describe('markEnvironment', () => {
  test.each([
    ['development', 'production', 'production'],
    ['production', 'development', 'production'],
    ['production', 'test', 'production'],
    ['development', 'test', 'development'],
  ] as const)('turns %s, opened in %s, into %s', async (made, opened, marked) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, { environment: made });
    await markEnvironment(database, opened);
    expect(readIdentity(database.connection)?.environment).toBe(marked);
  });
});

describe('requireIron', () => {
  test('accepts a file in which nothing is yet', () => {
    const connection = new Database(':memory:');
    expect(isEmptyDatabase(connection)).toBe(true);
    expect(() => requireIron(connection, 'new.db')).not.toThrow();
  });

  test.each(['CREATE TABLE t (x)', 'CREATE VIEW v AS SELECT 1', 'CREATE VIRTUAL TABLE f USING fts5(x)'])(
    'refuses one with no id and: %s',
    (sql) => {
      expect(() => requireIron(foreign(sql), 'other.db')).toThrow(NotIronError);
    },
  );

  test("refuses another program's id, also when nothing is in the file", () => {
    expect(() => requireIron(foreign('PRAGMA application_id = 252006673'), 'other.db')).toThrow(
      "other.db is an SQLite database, but not one of Iron's.",
    );
  });

  test('refuses tables called like ours without the id', () => {
    expect(() => requireIron(foreign('CREATE TABLE _iron (id)'), 'other.db')).toThrow(NotIronError);
  });

  test('accepts the id', () => {
    const connection = foreign(`CREATE TABLE t (x); PRAGMA application_id = ${APPLICATION_ID}`);
    expect(() => requireIron(connection, 'tokens.db')).not.toThrow();
  });
});
