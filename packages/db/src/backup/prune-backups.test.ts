import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, fingerprint, listing } from '../lifecycle/database-folder.fixture.ts';
import { damagePages, GUIDE_TIME, makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { backupDatabase } from './backup-database.ts';
import { UnusableBackupError } from './backup-errors.ts';
import { InvalidKeepError } from './keep-newest.ts';
import { pruneBackups } from './prune-backups.ts';

/** Makes three backups, while the clock goes back by a second each. */
async function makeThree(folder: DatabaseFolder): Promise<string[]> {
  await makeDatabase(folder.database);
  const paths: string[] = [];
  for (const second of [0, 1, 2]) {
    const { path } = await backupDatabase({ path: folder.database, now: () => GUIDE_TIME - second * 1_000 });
    paths.push(path);
  }
  return paths;
}

describe('pruning', () => {
  test('keeps the backups made last, whatever the clock said, and drops the others with their manifests', async () => {
    using folder = databaseFolder();
    const [first, second, third] = await makeThree(folder);

    const { deleted, kept } = await pruneBackups({ path: folder.database, keep: 1 });

    expect(kept.map(({ path }) => path)).toEqual([third]);
    expect(deleted.map(({ path }) => path)).toEqual([second, first]);
    expect(listing(folder.file('backups'))).toEqual([
      'dev_tokens_backup_20241211_142958.db',
      'dev_tokens_backup_20241211_142958.db.json',
    ]);
  });

  test('drops nothing when there are no more than are to be kept', async () => {
    using folder = databaseFolder();
    await makeThree(folder);
    const before = fingerprint(folder.path);

    await expect(pruneBackups({ path: folder.database, keep: 3 })).resolves.toMatchObject({ deleted: [] });
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses to keep %d: the newest always stays', async (keep) => {
    using folder = databaseFolder();
    await expect(pruneBackups({ path: folder.database, keep })).rejects.toThrow(InvalidKeepError);
  });

  test('neither counts nor touches what Iron did not make and verify', async () => {
    using folder = databaseFolder();
    const [first, second, third = ''] = await makeThree(folder);
    const others = [
      'dev_tokens_backup_20300101_000000.db', // copied there by a person
      'dev_tokens_backup_20300101_000001.db',
      'dev_tokens_damaged_20300101_000000.db',
      'other_backup_20241211_143000.db',
      'other_backup_20241211_143000.db.json',
    ].map((name) => folder.file(`backups/${name}`));
    for (const other of others) copyFileSync(third, other);
    writeFileSync(`${others[1]}.json`, '{"sequence": 99}');
    copyFileSync(`${third}.json`, `${others[0]}.json`);

    const { kept, deleted } = await pruneBackups({ path: folder.database, keep: 2 });

    expect(kept.map(({ path }) => path)).toEqual([third, second]);
    expect(deleted.map(({ path }) => path)).toEqual([first]);
    expect(Object.keys(fingerprint(folder.file('backups')))).toHaveLength(4 + others.length + 2);
  });

  test('drops nothing when the newest was damaged since it was made', async () => {
    using folder = databaseFolder();
    const [, , newest = ''] = await makeThree(folder);
    damagePages(newest, 3);
    const before = fingerprint(folder.path);

    await expect(pruneBackups({ path: folder.database, keep: 1 })).rejects.toThrow(UnusableBackupError);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('counts on from the newest that is left', async () => {
    using folder = databaseFolder();
    await makeThree(folder);
    await pruneBackups({ path: folder.database, keep: 1 });

    await expect(backupDatabase({ path: folder.database })).resolves.toMatchObject({ sequence: 4 });
  });

  test('does not take a database that is gone for a reason to drop its backups', async () => {
    using folder = databaseFolder();
    const paths = await makeThree(folder);
    rmSync(folder.database);

    const { kept } = await pruneBackups({ path: folder.database, keep: 5 });

    expect(kept.map(({ path }) => path)).toEqual(paths.toReversed());
  });
});
