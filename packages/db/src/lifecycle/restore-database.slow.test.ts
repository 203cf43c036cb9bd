import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { pruneBackups } from '../backup/prune-backups.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { migrateDatabase } from './migrate-database.ts';
import { type DatabaseFolder, databaseFolder, fingerprint, listing, modeOf } from './database-folder.fixture.ts';
import {
  addUser,
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  makeOldDatabase,
  openRaw,
  usersIn,
} from './made-database.fixture.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

const now = () => GUIDE_TIME;

function addUserTo(folder: DatabaseFolder, name: string): void {
  using database = openRaw(folder.database);
  addUser(database.connection, name);
}

/** A database with the user `old` that is backed up, and then has the user `later` too. */
async function makeBackedUp(folder: DatabaseFolder): Promise<string> {
  await makeDatabase(folder.database);
  const { path } = await backupDatabase({ path: folder.database, now });
  addUserTo(folder, 'later');
  return path;
}

describe('a restore', () => {
  test('brings the last backup back, and then the last is what was there before', async () => {
    using folder = databaseFolder();
    const backup = await makeBackedUp(folder);

    const report = await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });

    expect(report).toMatchObject({
      path: folder.database,
      from: backup,
      rows: { users: 1 },
      pending: [],
      problem: null,
      setAside: null,
      backup: { reason: 'restore', sequence: 2, rows: { users: 2 } },
    });
    expect(usersIn(folder.database)).toEqual(['old']);
    await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });
    expect(usersIn(folder.database)).toEqual(['later', 'old']);
    await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });
    expect(usersIn(folder.database)).toEqual(['old']);
  });

  test('of the last is the one made last, also when the clock went back', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder);
    const newer = await backupDatabase({ path: folder.database, now: () => GUIDE_TIME - 60_000 });
    addUserTo(folder, 'latest');

    await expect(
      restoreDatabase({ environment: 'development', path: folder.database, from: 'last' }),
    ).resolves.toMatchObject({ from: newer.path });
    expect(usersIn(folder.database)).toEqual(['later', 'old']);
  });

  test('undoes a reset', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { backup } = await resetDatabase({ path: folder.database, seed: true, environment: 'development' });

    await restoreDatabase({ environment: 'development', path: folder.database, from: backup?.path ?? '' });

    expect(usersIn(folder.database)).toEqual(['old']);
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test('reads the backup only: not a byte of it changes', async () => {
    using folder = databaseFolder();
    const backup = await makeBackedUp(folder);
    chmodSync(backup, 0o400);
    const before = fingerprint(folder.file('backups'));

    await restoreDatabase({ environment: 'development', path: folder.database, from: backup, now });

    expect(fingerprint(folder.file('backups'))).toMatchObject(before);
    expect(listing(folder.path).filter((name) => !name.startsWith('backups'))).toEqual(['dev_tokens.db']);
  });

  test('of an older backup says which migrations are pending', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    const { backup } = await migrateDatabase({ path: folder.database, environment: 'development', now });

    const report = await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });

    expect(report).toMatchObject({ from: backup?.path, rows: { api_tokens: 50, token_usage: 5_000 }, problem: null });
    expect(report.pending).toHaveLength(readMigrations().length - 1);
    expect(report.pending[0]).toBe('002_length_constraints.sql');
  });

  test('brings back what a person had altered, and says what stands in the way of migrations', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('keep me')");
    }
    await resetDatabase({ path: folder.database, seed: true, environment: 'development' });

    const report = await restoreDatabase({ environment: 'development', path: folder.database, from: 'last' });

    expect(report).toMatchObject({ rows: { notes: 1 }, pending: [] });
    expect(report.problem).toMatch(/table notes should not be there/);
  });

  test('makes the database where there is none, for its owner only', async () => {
    using folder = databaseFolder();
    const backup = await makeBackedUp(folder);
    rmSync(folder.database);
    chmodSync(backup, 0o644);

    await expect(
      restoreDatabase({ environment: 'development', path: folder.database, from: backup }),
    ).resolves.toMatchObject({ backup: null });
    expect(usersIn(folder.database)).toEqual(['old']);
    expect(modeOf(folder.database)).toBe('600');
  });

  test('keeps the mode that the database had', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder);
    chmodSync(folder.database, 0o660);

    await restoreDatabase({ environment: 'development', path: folder.database, from: 'last' });

    expect(modeOf(folder.database)).toBe('660');
  });

  test('works after the older backups were dropped', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder);
    await backupDatabase({ path: folder.database, now });
    await pruneBackups({ path: folder.database, keep: 1 });
    addUserTo(folder, 'latest');

    await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });

    expect(usersIn(folder.database)).toEqual(['later', 'old']);
  });

  test('of a production backup works over a production database and over a copy of it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { environment: 'production' });
    const { path } = await backupDatabase({ path: folder.database });
    copyFileSync(path, folder.file('copy.db'));

    await expect(
      restoreDatabase({ environment: 'development', path: folder.database, from: 'last' }),
    ).resolves.toMatchObject({ from: path });
    await expect(
      restoreDatabase({ environment: 'development', path: folder.file('copy.db'), from: path }),
    ).resolves.toMatchObject({ from: path });
  });
});
