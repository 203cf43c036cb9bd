import { copyFileSync, existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { databaseFolder, fingerprint } from './database-folder.fixture.ts';
import { addUser, integrityOf, makeDatabase, openRaw, usersIn } from './made-database.fixture.ts';
import { restoreDatabase } from './restore-database.ts';

/** Leaves a log, with which SQLite would change the file, beside `database` while `connection` is open. */
const LOGS: readonly [string, (connection: Database.Database) => void][] = [
  [
    '-wal',
    (connection) => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('wal_autocheckpoint = 0');
      addUser(connection, 'stray');
    },
  ],
  [
    '-journal',
    (connection) => {
      addUser(connection, 'stray');
      connection.pragma('cache_size = 1');
      connection.exec('BEGIN IMMEDIATE; DELETE FROM users; DELETE FROM _iron; CREATE TABLE t (x)');
    },
  ],
];

/** Puts the log that a write to a copy of `backup` makes beside `backup` itself. */
function leaveLog(backup: string, copy: string, suffix: string, write: (connection: Database.Database) => void): void {
  copyFileSync(backup, copy);
  using raw = openRaw(copy);
  write(raw.connection);
  copyFileSync(copy + suffix, backup + suffix);
}

describe('a log that lies beside a backup that Iron made', () => {
  test.each(LOGS)('(a %s) is not its own: a restore leaves it out, and where it is', async (suffix, write) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { path: backup } = await backupDatabase({ path: folder.database });
    leaveLog(backup, folder.file('copy.db'), suffix, write);
    const before = fingerprint(folder.file('backups'));

    await restoreDatabase({ path: folder.database, from: 'last', environment: 'development' });

    expect(usersIn(folder.database)).toEqual(['old']);
    expect(integrityOf(folder.database)).toBe('ok');
    expect(fingerprint(folder.file('backups'))).toMatchObject(before);
    expect(existsSync(backup + suffix)).toBe(true);
  });
});
