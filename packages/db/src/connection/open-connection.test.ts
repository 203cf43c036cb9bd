import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { SettingRefusedError } from './connection-errors.ts';
import { openConnection, setPragma } from './open-connection.ts';
import { requireSafeSqlite } from './sqlite-version.ts';

describe('openConnection', () => {
  test.each([
    ['foreign_keys', 1],
    ['synchronous', 2],
    ['trusted_schema', 0],
    ['busy_timeout', 5_000],
  ])('sets %s to %i', (name, value) => {
    const connection = openConnection(':memory:');
    expect(connection.pragma(name, { simple: true })).toBe(value);
    connection.close();
  });

  test('sets on a file what it sets in memory, whatever the last connection had', () => {
    using folder = databaseFolder();
    openConnection(folder.database, { create: true, foreignKeys: false }).close();
    const connection = openConnection(folder.database);
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(connection.pragma('synchronous', { simple: true })).toBe(2);
    connection.close();
  });

  test('leaves the journal mode as the file has it', () => {
    using folder = databaseFolder();
    const first = new Database(folder.database);
    first.pragma('journal_mode = TRUNCATE');
    first.exec('CREATE TABLE t (x)');
    first.close();
    const connection = openConnection(folder.database);
    expect(connection.pragma('journal_mode', { simple: true })).toBe('delete');
    connection.close();
  });

  test('makes no file unless it is told to', () => {
    using folder = databaseFolder();
    expect(() => openConnection(folder.database)).toThrow(
      expect.objectContaining({ code: 'database.not_writable', details: { path: folder.database } }),
    );
  });
});

describe('setPragma', () => {
  test('refuses to go on when SQLite keeps another value', () => {
    const connection = openConnection(':memory:');
    connection.exec('BEGIN');
    expect(() => setPragma(connection, 'foreign_keys', 0)).toThrow(SettingRefusedError);
    expect(() => setPragma(connection, 'foreign_keys', 0)).toThrow('SQLite did not take foreign_keys = 0; it says 1.');
    connection.close();
  });

  test('refuses a write-ahead log that SQLite does not keep', () => {
    const connection = openConnection(':memory:');
    expect(() => setPragma(connection, 'journal_mode', 'wal')).toThrow(
      'SQLite did not take journal_mode = wal; it says memory.',
    );
    connection.close();
  });
});

/** A connection that claims to be another version of SQLite. */
function claiming(version: string): Database.Database {
  return new Database(':memory:').function('sqlite_version', () => version);
}

describe('requireSafeSqlite', () => {
  test.each(['3.51.3', '3.52.0', '4.0.0', '3.51.10'])('accepts %s', (version) => {
    expect(() => requireSafeSqlite(claiming(version))).not.toThrow();
  });

  test.each(['3.51.2', '3.50.9', '3.9.0', '2.99.99'])('refuses %s, whose write-ahead log can be damaged', (version) => {
    expect(() => requireSafeSqlite(claiming(version))).toThrow(
      `The driver holds SQLite ${version}; Iron needs 3.51.3 or newer.`,
    );
  });

  test('accepts the SQLite that comes with the driver', () => {
    expect(() => requireSafeSqlite(new Database(':memory:'))).not.toThrow();
  });
});
