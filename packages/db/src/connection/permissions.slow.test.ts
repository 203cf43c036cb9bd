import { chmodSync, chownSync, readdirSync, rmSync } from 'node:fs';
import { startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

/** Opens the database in a process of an ordinary user, whom permissions bind. */
async function openAsUser(folder: DatabaseFolder, mode: 'ro' | 'rw' | 'rwc'): Promise<string | undefined> {
  await using program = startProgram(new URL('./open-program.fixture.ts', import.meta.url), mode, folder.database);
  return await program.nextLine();
}

/** A folder that belongs, with all that is in it, to the user that {@link openAsUser} acts for. */
async function usersFolder({ empty = false } = {}): Promise<DatabaseFolder> {
  const folder = databaseFolder();
  if (!empty) {
    await makeDatabase(folder.database);
    (await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' })).close();
  }
  if (process.getuid?.() === 0) {
    const files = empty ? [] : [folder.database, `${folder.database}-lock`];
    for (const path of [folder.path, ...files]) chownSync(path, 65_534, 65_534);
  }
  return folder;
}

describe('to an ordinary user', () => {
  test('a database of their own opens', async () => {
    using folder = await usersFolder();
    expect(await openAsUser(folder, 'rw')).toBe(`opened ${folder.database}`);
  });

  test.each(['rw', 'rwc'] as const)(
    'a file that they may only read does not open with %s, and it says so',
    async (mode) => {
      using folder = await usersFolder();
      chmodSync(folder.database, 0o444);
      expect(await openAsUser(folder, mode)).toBe(`database.not_writable: ${folder.database} cannot be written.`);
    },
  );

  test('a file that they may only read opens with ro', async () => {
    using folder = await usersFolder();
    chmodSync(folder.database, 0o444);
    expect(await openAsUser(folder, 'ro')).toBe(`opened ${folder.database}`);
  });

  test.each<[string, (lock: string) => void]>([
    ['no lock', (lock) => rmSync(lock)],
    ['a lock that they may only read', (lock) => chmodSync(lock, 0o444)],
    ['a lock that they may not read', (lock) => chmodSync(lock, 0o000)],
  ])('what is in a folder that they may only read opens with ro, with %s', async (_, restrict) => {
    using folder = await usersFolder();
    leaveWalMode(folder.database); // no reader without a right to the folder can make the files of that mode
    restrict(`${folder.database}-lock`);
    chmodSync(folder.database, 0o444);
    chmodSync(folder.path, 0o555);
    const before = readdirSync(folder.path);

    const answer = await openAsUser(folder, 'ro');

    expect(answer).toBe(`opened ${folder.database}`);
    expect(readdirSync(folder.path)).toEqual(before);
    chmodSync(folder.path, 0o755);
  });

  test.each(['rw', 'rwc'] as const)(
    'a folder that they may only read does not open with %s, and it says so',
    async (mode) => {
      using folder = await usersFolder();
      chmodSync(folder.path, 0o555);
      expect(await openAsUser(folder, mode)).toBe(`database.not_writable: ${folder.database} cannot be written.`);
      chmodSync(folder.path, 0o755);
      expect(listing(folder.path)).toEqual(['dev_tokens.db']);
    },
  );

  test('a new database is not made in a folder that they may only read', async () => {
    using folder = await usersFolder({ empty: true });
    chmodSync(folder.path, 0o555);
    expect(await openAsUser(folder, 'rwc')).toBe(`database.not_writable: ${folder.database}-lock cannot be written.`);
    expect(listing(folder.path)).toEqual([]);
  });

  test.each(['rw', 'ro'] as const)('a file that they may not even read does not open with %s', async (mode) => {
    using folder = await usersFolder();
    chmodSync(folder.database, 0o000);
    expect(await openAsUser(folder, mode)).toBe(`database.not_readable: ${folder.database} cannot be read.`);
  });

  test('a folder that they may not enter is named as such', async () => {
    using folder = await usersFolder();
    chmodSync(folder.path, 0o000);
    const answer = await openAsUser(folder, 'rw');
    chmodSync(folder.path, 0o755);
    expect(answer).toMatch(/^database\.unusable_file: .*dev_tokens\.db cannot be a database: EACCES/);
  });
});

function leaveWalMode(path: string): void {
  using database = openRaw(path);
  database.connection.pragma('journal_mode = DELETE');
}
