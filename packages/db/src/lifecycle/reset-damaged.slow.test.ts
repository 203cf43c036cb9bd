import { chmodSync, readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { backupFiles, databaseFolder, fingerprint, modeOf } from './database-folder.fixture.ts';
import {
  damagePages,
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  overwriteAt,
  overwriteIndexedText,
  PAGE_SIZE_OFFSET,
  usersIn,
} from './made-database.fixture.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

const now = () => GUIDE_TIME;
const SET_ASIDE = 'backups/dev_tokens_damaged_20241211_143000.db';

const DAMAGES: readonly [string, (path: string) => void][] = [
  ['in its header', (path) => overwriteAt(path, PAGE_SIZE_OFFSET, Buffer.from([0x12, 0x34]))],
  ['in its list of tables', (path) => overwriteAt(path, 100, Buffer.alloc(400, '?'))],
  ['in its tables', (path) => damagePages(path, 2)],
  ['in its last pages', (path) => damagePages(path, readFileSync(path).length / 4_096 - 5)],
  ['in an index only, which no reading of its rows shows', (path) => overwriteIndexedText(path, 'old')],
  ['by being cut in half', (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
  ['by being cut off within its first page', (path) => truncateSync(path, 1_000)],
];

describe('a database that is damaged', () => {
  test.each(DAMAGES)('%s is set aside byte for byte, and a reset makes a new one', async (_, damage) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    damage(folder.database);
    chmodSync(folder.database, 0o640);
    const damaged = readFileSync(folder.database);

    const report = await resetDatabase({ path: folder.database, seed: true, environment: 'development', now });

    expect(report).toMatchObject({ backup: null, setAside: folder.file(SET_ASIDE) });
    expect(withoutJournalMode(readFileSync(folder.file(SET_ASIDE)))).toEqual(withoutJournalMode(damaged));
    expect(modeOf(folder.file(SET_ASIDE))).toBe('600');
    expect(modeOf(folder.database)).toBe('640');
    expect(usersIn(folder.database)).toEqual(['admin', 'project_manager', 'viewer']);
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test.each(DAMAGES)('%s is set aside, and a restore brings the backup back', async (_, damage) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await backupDatabase({ path: folder.database, now });
    const backups = fingerprint(folder.file('backups'));
    damage(folder.database);

    const report = await restoreDatabase({ environment: 'development', path: folder.database, from: 'last', now });

    expect(report).toMatchObject({ backup: null, setAside: folder.file(SET_ASIDE) });
    expect(fingerprint(folder.file('backups'))).toMatchObject(backups);
    expect(usersIn(folder.database)).toEqual(['old']);
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test('again in that second is set aside under another name', async () => {
    using folder = databaseFolder();
    for (const times of [1, 2]) {
      await makeDatabase(folder.database, { marker: `old ${times}` });
      damagePages(folder.database, 2);
      await resetDatabase({ path: folder.database, seed: false, environment: 'development', now });
    }

    expect(backupFiles(folder)).toEqual([
      'dev_tokens_damaged_20241211_143000.db',
      'dev_tokens_damaged_20241211_143000_2.db',
    ]);
  });
});

/** Before the damage shows, the file may have been taken out of WAL mode, which is noted in its header. */
function withoutJournalMode(file: Buffer): Buffer {
  return file.subarray(100);
}
