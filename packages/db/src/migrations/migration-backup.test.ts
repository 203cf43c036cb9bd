import { describe, expect, test } from 'vitest';
import { listBackups } from '../backup/backup-record.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { backupFiles, databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { GUIDE_TIME, makeOldDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { readGuards } from './guard-table.ts';
import { following, ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';

const now = () => GUIDE_TIME;

describe('before the first pending migration', () => {
  test('a database that holds rows is backed up, once, as it is', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });

    const { applied, backup } = await applyAllMigrations(database, { now });

    expect(applied).toHaveLength(ironMigrations().length - 1);
    expect(backup).toMatchObject({
      path: folder.file('backups/dev_tokens_backup_20241211_143000.db'),
      reason: 'migrate',
      madeAt: GUIDE_TIME,
    });
    expect(backup?.rows).toMatchObject({ api_tokens: 50, token_usage: 5_000 });
    expect(listBackups(folder.database)).toEqual([{ ...backup, verified: true }]);
    using kept = openRaw(backup?.path ?? '', { readonly: true });
    expect(readGuards(kept.connection).map(({ number }) => number)).toEqual([1]);
    expect(kept.connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(5_000);
  });

  test('rows that are still only in the log are in the backup', async () => {
    using folder = databaseFolder();
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    database.connection.pragma('wal_autocheckpoint = 0');
    await applyAllMigrations(database, { migrations: ironMigrations(3) });
    database.connection.exec(
      "INSERT INTO users (id, username, role, created_at) VALUES ('a', 'a', 'user', 1750000000000)",
    );

    const { backup } = await applyAllMigrations(database);

    expect(backup?.rows).toMatchObject({ users: 1 });
  });

  test('nobody can write between the backup and the migration', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    using other = openRaw(folder.database, { timeout: 0 });
    const attempts: string[] = [];

    await applyAllMigrations(database, { onProgress: ({ step }) => void attempts.push(`${step}: ${write(other)}`) });

    expect(new Set(attempts)).toEqual(new Set(['backup: locked', 'verify: locked', 'migrate: written']));
  });

  test('nothing is backed up where there is no row to lose', async () => {
    using folder = databaseFolder();
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    await applyAllMigrations(database, { migrations: ironMigrations(3) });

    expect((await applyAllMigrations(database)).backup).toBeNull();

    expect(listing(folder.path)).not.toContain('backups');
  });

  test('nothing is backed up when nothing is pending', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    await applyAllMigrations(database);
    expect((await applyAllMigrations(database)).backup).toBeNull();
    expect(backupFiles(folder)).toHaveLength(1);
  });

  test('nothing is backed up when the files are refused', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    const migrations = ironMigrationsAnd({ [following('wrong')]: 'CREATE TABEL t (x INTEGER) STRICT;' });
    await expect(applyAllMigrations(database, { migrations })).rejects.toThrow('near "TABEL": syntax error');
    expect(listing(folder.path)).not.toContain('backups');
    expect(readGuards(database.connection)).toHaveLength(1);
  });

  test('the backup stays when a migration fails', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    const migrations = ironMigrationsAnd({
      [following('fails')]: 'ALTER TABLE api_tokens ADD CONSTRAINT few CHECK (id < 9);',
    });
    await expect(applyAllMigrations(database, { migrations })).rejects.toThrow(`Migration ${following('fails')}`);
    expect(backupFiles(folder)).toHaveLength(1);
  });
});

function write({ connection }: ReturnType<typeof openRaw>): 'written' | 'locked' {
  try {
    connection.exec('DELETE FROM token_usage WHERE id = (SELECT max(id) FROM token_usage)');
    return 'written';
  } catch {
    return 'locked';
  }
}
