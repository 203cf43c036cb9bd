import { copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { backupDatabase } from './backup-database.ts';
import { type BackupRecord, listBackups, verifiedBackups } from './backup-record.ts';

const HOUR = 3_600_000;

/** Makes a backup for each of the times, which are hours after the guide's. */
async function backUpAt(folder: DatabaseFolder, hours: readonly number[]): Promise<BackupRecord[]> {
  await makeDatabase(folder.database);
  const backups: BackupRecord[] = [];
  for (const hour of hours) {
    backups.push(await backupDatabase({ path: folder.database, now: () => GUIDE_TIME + hour * HOUR }));
  }
  return backups;
}

function copyOf(backup: string, stamp: string): string {
  const copy = backup.replace('20241211_143000', stamp);
  copyFileSync(backup, copy);
  return copy;
}

describe('the list of backups', () => {
  test('is empty before the first', () => {
    using folder = databaseFolder();
    expect(listBackups(folder.database)).toEqual([]);
  });

  test('begins with the one made last, also when the clock went back', async () => {
    using folder = databaseFolder();
    const made = await backUpAt(folder, [2, 3, 1]);

    expect(listBackups(folder.database)).toEqual(made.toReversed().map((backup) => ({ verified: true, ...backup })));
    expect(made.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test.each<[string, (backup: string) => void, string]>([
    ['that a person copied there', (backup) => copyOf(backup, '20250101_000000'), 'it has no manifest'],
    [
      'whose manifest is no JSON',
      (backup) => writeFileSync(`${copyOf(backup, '20250101_000000')}.json`, '{'),
      'its manifest cannot be read',
    ],
    [
      'whose manifest has a key that Iron does not write',
      (backup) => {
        const manifest = readFileSync(`${backup}.json`, 'utf8').replace('"sequence"', '"trusted": true, "sequence"');
        writeFileSync(`${copyOf(backup, '20250101_000000')}.json`, manifest);
      },
      'its manifest cannot be read',
    ],
    [
      'that a person copied there with its manifest',
      (backup) => copyFileSync(`${backup}.json`, `${copyOf(backup, '20250101_000000')}.json`),
      'its manifest is that of another file',
    ],
    [
      'that was cut short',
      (backup) => {
        const copy = copyOf(backup, '20250101_000000');
        const manifest = readFileSync(`${backup}.json`, 'utf8').replace(basename(backup), basename(copy));
        writeFileSync(`${copy}.json`, manifest);
        truncateSync(copy, 4_096);
      },
      'its size is not the one in its manifest',
    ],
  ])('names a file %s, as not verified and after all others', async (_, add, problem) => {
    using folder = databaseFolder();
    const [backup] = await backUpAt(folder, [0]);
    add(backup?.path ?? '');

    expect(listBackups(folder.database)).toMatchObject([
      { verified: true },
      { verified: false, path: folder.file('backups/dev_tokens_backup_20250101_000000.db'), problem },
    ]);
    expect(verifiedBackups(folder.database)).toHaveLength(1);
  });

  test('leaves out what is not named like a backup of this database', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    mkdirSync(folder.file('backups'));
    for (const name of [
      'dev_tokens_backup_20241211.db',
      'dev_tokens_backup_20241211_143000.db.json',
      'dev_tokens_damaged_20241211_143000.db',
      'dev-tokens_backup_20241211_143000.db',
      'my_dev_tokens_backup_20241211_143000.db',
    ]) {
      writeFileSync(folder.file(`backups/${name}`), '');
    }

    expect(listBackups(folder.database)).toEqual([]);
  });

  test('keeps two databases apart whose names differ in the ending only', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await makeDatabase(folder.file('dev_tokens.sqlite'));

    const one = await backupDatabase({ path: folder.database, now: () => GUIDE_TIME });
    const other = await backupDatabase({ path: folder.file('dev_tokens.sqlite'), now: () => GUIDE_TIME });

    expect(verifiedBackups(folder.database)).toEqual([{ verified: true, ...one }]);
    expect(verifiedBackups(folder.file('dev_tokens.sqlite'))).toEqual([{ verified: true, ...other }]);
  });

  test('still knows the backups when the folder has moved', async () => {
    using folder = databaseFolder();
    await backUpAt(folder, [0]);
    mkdirSync(folder.file('moved'));
    renameSync(folder.file('backups'), folder.file('moved/backups'));

    expect(verifiedBackups(folder.file('moved/dev_tokens.db'))).toMatchObject([
      { path: folder.file('moved/backups/dev_tokens_backup_20241211_143000.db') },
    ]);
  });
});
