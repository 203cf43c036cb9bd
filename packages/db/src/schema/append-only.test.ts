import { describe, expect, test } from 'vitest';
import { type MigratedDatabase, migratedDatabase } from './migrated-database.fixture.ts';
import { insertRow, NO_HASH } from './valid-rows.fixture.ts';

const hash = (id: number) => String(id).repeat(64);

describe.each(['audit_log', 'user_audit_log'] as const)('%s', (table) => {
  /** The log with its rows 1 and 2. */
  function logOfTwo(): MigratedDatabase {
    const database = migratedDatabase();
    insertRow(database.connection, table);
    insertRow(database.connection, table, { previous_hash: hash(1), hash: hash(2) });
    return database;
  }

  const rowsOf = ({ connection }: MigratedDatabase) =>
    connection.prepare(`SELECT id, previous_hash, hash FROM ${table} ORDER BY id`).all();

  const BOTH = [
    { id: 1, previous_hash: NO_HASH, hash: hash(1) },
    { id: 2, previous_hash: hash(1), hash: hash(2) },
  ];

  test('links each row to the one before', () => {
    using database = logOfTwo();
    expect(rowsOf(database)).toEqual(BOTH);
  });

  test.each([
    ['changed', `UPDATE ${table} SET hash = hash`],
    ['changed, whatever the conflict clause', `UPDATE OR REPLACE ${table} SET id = 1 WHERE id = 2`],
    ['deleted', `DELETE FROM ${table} WHERE id = 2`],
    ['deleted all at once', `DELETE FROM ${table}`],
  ])('refuses that a row is %s', (verb, sql) => {
    using database = logOfTwo();
    expect(() => database.connection.exec(sql)).toThrow(
      `${table} is append-only: a row cannot be ${verb.startsWith('changed') ? 'changed' : 'deleted'}`,
    );
    expect(rowsOf(database)).toEqual(BOTH);
  });

  test.each(['INSERT', 'INSERT OR REPLACE', 'INSERT OR IGNORE', 'REPLACE'])(
    'refuses that %s takes the place of a row',
    (verb) => {
      using database = logOfTwo();
      const replace = () =>
        insertRow(database.connection, table, { id: 2, previous_hash: hash(2), hash: hash(3) }, verb);
      expect(replace).toThrow(`${table} is append-only: a row cannot be replaced`);
      expect(rowsOf(database)).toEqual(BOTH);
    },
  );

  test('refuses that an upsert changes a row', () => {
    using database = logOfTwo();
    const upsert = `INSERT INTO ${table} SELECT * FROM ${table} WHERE id = 2
      ON CONFLICT (id) DO UPDATE SET hash = excluded.previous_hash`;
    expect(() => database.connection.exec(upsert)).toThrow(`${table} is`);
    expect(rowsOf(database)).toEqual(BOTH);
  });

  test.each([
    ['starts anew', NO_HASH],
    ['follows an older row', hash(1)],
    ['follows no row', hash(9)],
  ])('refuses a row that %s', (_, previousHash) => {
    using database = logOfTwo();
    const fork = () => insertRow(database.connection, table, { previous_hash: previousHash, hash: hash(3) });
    expect(fork).toThrow(`${table} is a chain: previous_hash must be the hash of the last row`);
    expect(rowsOf(database)).toEqual(BOTH);
  });

  test('refuses a first row that follows something', () => {
    using database = migratedDatabase();
    expect(() => insertRow(database.connection, table, { previous_hash: hash(1) })).toThrow(`${table} is a chain`);
  });

  test.each([-5, 0, 4])('refuses the id %i after 2', (id) => {
    using database = logOfTwo();
    const skip = () => insertRow(database.connection, table, { id, previous_hash: hash(2), hash: hash(3) });
    expect(skip).toThrow(`${table} is a chain: ids count up by one`);
    expect(rowsOf(database)).toEqual(BOTH);
  });
});
