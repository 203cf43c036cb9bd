import { copyFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';
import { refuseOrphanedLog } from './refuse-orphaned-log.ts';

/** Puts the journal of a write that is under way, without its database, beside where `folder` has its database. */
function orphanJournal(folder: DatabaseFolder, source: string, write: (connection: Database.Database) => void): void {
  using raw = openRaw(source);
  raw.connection.pragma('journal_mode = DELETE');
  write(raw.connection);
  copyFileSync(`${source}-journal`, `${folder.database}-journal`);
}

function beginTable(connection: Database.Database): void {
  connection.pragma('cache_size = 1');
  connection.exec('BEGIN IMMEDIATE; CREATE TABLE t (x); CREATE TABLE u (x); CREATE TABLE v (x)');
}

describe('a log without its database', () => {
  test.each(['missing', 'empty'])('is all that is left when the file is %s, and is not to be lost', async (state) => {
    using folder = databaseFolder();
    writeFileSync(`${folder.database}-wal`, 'rows');
    if (state === 'empty') writeFileSync(folder.database, '');
    expect(() => refuseOrphanedLog(folder.database)).toThrow(
      expect.objectContaining({
        code: 'database.corrupt',
        message: `${folder.database} is damaged: nothing is left of it but the 4 bytes of its log, ${folder.database}-wal.`,
      }),
    );
    await expect(openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' })).rejects.toThrow(
      '4 bytes of its log',
    );
    expect(statSync(`${folder.database}-wal`).size).toBe(4);
  });

  test('is the journal of a database that had rows: not to be lost either', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.file('source.db'));
    orphanJournal(folder, folder.file('source.db'), (connection) => {
      connection.pragma('cache_size = 1');
      connection.exec('BEGIN IMMEDIATE; DELETE FROM users; DELETE FROM _iron; CREATE TABLE t (x)');
    });
    expect(() => refuseOrphanedLog(folder.database)).toThrow(
      /nothing is left of it but the \d+ bytes of its log, .*-journal\.$/,
    );
  });

  test('is the journal of one that somebody is just making, or was killed making: it is made', async () => {
    using folder = databaseFolder();
    orphanJournal(folder, folder.file('source.db'), beginTable);
    writeFileSync(folder.database, '');
    expect(() => refuseOrphanedLog(folder.database)).not.toThrow();

    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });

    expect(database.connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
    expect(existsSync(`${folder.database}-journal`)).toBe(false);
  });

  test('is empty: then nothing is lost with it', () => {
    using folder = databaseFolder();
    writeFileSync(`${folder.database}-wal`, '');
    writeFileSync(`${folder.database}-journal`, '');
    expect(() => refuseOrphanedLog(folder.database)).not.toThrow();
    expect(listing(folder.path)).toHaveLength(2);
  });
});

test('a log beside its database is no orphan', async () => {
  using folder = databaseFolder();
  await makeDatabase(folder.database);
  writeFileSync(`${folder.database}-wal`, 'rows');
  expect(() => refuseOrphanedLog(folder.database)).not.toThrow();
});
