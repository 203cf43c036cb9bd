import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { databaseFolder, listing, modeOf } from '../lifecycle/database-folder.fixture.ts';
import { DatabaseInUseError } from './connection-errors.ts';
import { withLifecycleLock } from './lifecycle-lock.ts';

describe('the lifecycle lock', () => {
  test('is an empty file beside the database, which only its owner can read, and which stays', async () => {
    using folder = databaseFolder();
    await withLifecycleLock(folder.database, 'replace', 0, () => {
      expect(listing(folder.path)).toEqual([]);
    });
    expect(statSync(`${folder.database}-lock`).size).toBe(0);
    expect(modeOf(`${folder.database}-lock`)).toBe('600');
  });

  test('gives what the work gives, now or later', async () => {
    using folder = databaseFolder();
    expect(await withLifecycleLock(folder.database, 'open', 0, () => 'now')).toBe('now');
    expect(await withLifecycleLock(folder.database, 'open', 0, async () => Promise.resolve('later'))).toBe('later');
  });

  test('is released when the work throws, and the error passes', async () => {
    using folder = databaseFolder();
    const fail = () => withLifecycleLock(folder.database, 'replace', 0, () => Promise.reject(new Error('no luck')));
    await expect(fail()).rejects.toThrow('no luck');
    await expect(fail()).rejects.toThrow('no luck');
  });

  test('excludes within one process too, and does not blame another for it', async () => {
    using folder = databaseFolder();
    await withLifecycleLock(folder.database, 'maintain', 0, async () => {
      const refused = withLifecycleLock(folder.database, 'maintain', 0, () => undefined);
      await expect(refused).rejects.toThrow(DatabaseInUseError);
      await expect(refused).rejects.toThrow(
        `${folder.database} is in use by this process itself, or by one that cannot be seen from here.`,
      );
    });
  });

  test('is waited for in turn within one process', async () => {
    using folder = databaseFolder();
    const events: string[] = [];
    const enter = (name: string) =>
      withLifecycleLock(folder.database, 'replace', 60_000, async () => {
        events.push(`${name} in`);
        await Promise.resolve();
        events.push(`${name} out`);
      });

    await Promise.all([enter('a'), enter('b'), enter('c')]);

    expect(events.filter((_, index) => index % 2 === 0).map((event) => event.replace('in', 'out'))).toEqual(
      events.filter((_, index) => index % 2 === 1),
    );
    expect(events).toHaveLength(6);
  });

  test('says which file is in its way when something else has its name', async () => {
    using folder = databaseFolder();
    const lock = `${folder.database}-lock`;
    writeFileSync(lock, 'a diary, not a lock '.repeat(100));
    await expect(withLifecycleLock(folder.database, 'open', 0, () => undefined)).rejects.toMatchObject({
      code: 'database.not_sqlite',
      message: `${lock} is not an SQLite database.`,
    });
  });

  test('says that a link to nothing is in its way, and makes nothing where that leads', async () => {
    using folder = databaseFolder();
    symlinkSync('elsewhere', `${folder.database}-lock`);
    await expect(withLifecycleLock(folder.database, 'open', 0, () => undefined)).rejects.toMatchObject({
      code: 'database.unusable_lock_file',
      message: `The database cannot be locked: ${folder.database}-lock is a symbolic link to a file that does not exist.`,
      hint: 'Remove it; Iron makes an empty file of that name.',
    });
    expect(listing(folder.path)).toEqual([]);
  });

  test('says that it cannot be made', async () => {
    using folder = databaseFolder();
    mkdirSync(`${folder.database}-lock`);
    await expect(withLifecycleLock(folder.database, 'open', 0, () => undefined)).rejects.toMatchObject({
      code: 'database.not_writable',
      message: `${folder.database}-lock cannot be written.`,
    });
  });
});
