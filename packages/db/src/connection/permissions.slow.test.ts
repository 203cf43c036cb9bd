import { chmodSync, chownSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { openDatabase } from './open-database.ts';
import { startProgram } from './program.fixture.ts';

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
    (await openDatabase({ kind: 'file', path: folder.database, mode: 'rw' })).close();
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
    expect(await openAsUser(folder, mode)).toMatch(/^database\.not_writable: /);
  });

  test('a folder that they may not enter is named as such', async () => {
    using folder = await usersFolder();
    chmodSync(folder.path, 0o000);
    const answer = await openAsUser(folder, 'rw');
    chmodSync(folder.path, 0o755);
    expect(answer).toMatch(/^database\.unusable_file: .*dev_tokens\.db cannot be a database: EACCES/);
  });
});
