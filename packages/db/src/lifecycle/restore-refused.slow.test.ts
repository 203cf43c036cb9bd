import { copyFileSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import type { Environment } from '../connection/environment.ts';
import { type DatabaseFolder, databaseFolder, fingerprint } from './database-folder.fixture.ts';
import {
  damagePages,
  makeDatabase,
  makeForeignDatabase,
  openRaw,
  overwriteAt,
  overwriteIndexedText,
} from './made-database.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';
import { restoreDatabase } from './restore-database.ts';

/** Makes what is to be restored at `file`, from a backup at `backup`, or says where else it is. */
type Preparation = (file: string, backup: string, folder: DatabaseFolder) => unknown;

const damagedCopy =
  (damage: (file: string) => void): Preparation =>
  (file, backup) => {
    copyFileSync(backup, file);
    damage(file);
  };

const REFUSED: readonly [string, Preparation, RegExp][] = [
  ['a file that is missing', () => undefined, /there is no such file/],
  ['a folder', (file) => mkdirSync(file), /it is not a file/],
  ['an empty file', (file) => writeFileSync(file, ''), /it is empty/],
  ['a text', (file) => writeFileSync(file, 'Dear diary, '.repeat(1_000)), /it is not an SQLite database/],
  ['the manifest of a backup', (file, backup) => copyFileSync(`${backup}.json`, file), /it is not an SQLite database/],
  ['the database of another program', (file) => makeForeignDatabase(file), /it is .* not one of Iron's/],
  ['a damaged backup', damagedCopy((file) => damagePages(file, 2)), /it is damaged: database disk image is malformed/],
  [
    'a backup with a damaged index',
    damagedCopy((file) => overwriteIndexedText(file, 'old')),
    /it is damaged: row 1 missing from index/,
  ],
  ['a backup that was cut short', damagedCopy((file) => truncateSync(file, 40_000)), /it is damaged/],
  [
    'a backup that a newer Iron made',
    damagedCopy((file) => {
      using database = openRaw(file);
      database.connection.exec(
        `CREATE TABLE _migration_999_completed (applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT;
         INSERT INTO _migration_999_completed VALUES (1, 'x')`,
      );
    }),
    /it holds migration 999, which this version of Iron does not know/,
  ],
  ['the database itself', (file, _, { database }) => symlinkSync(database, file), /it is the database itself/],
];

/** Where a backup of a development database is not put back, and why. */
const NOT_FOR_DEVELOPMENT: readonly [
  string,
  Environment,
  (folder: DatabaseFolder) => unknown,
  (folder: DatabaseFolder) => string,
][] = [
  ['in production, where there is no database', 'production', () => undefined, () => 'IRON_ENV is production'],
  [
    'in production, in the place of a development database',
    'production',
    ({ database }) => makeDatabase(database),
    () => 'IRON_ENV is production',
  ],
  [
    'in the place of a production database',
    'development',
    ({ database }) => makeDatabase(database, { environment: 'production' }),
    ({ database }) => `${database} is marked as a production database`,
  ],
  [
    'in the place of a production database that is damaged',
    'development',
    async ({ database }) => {
      await makeDatabase(database, { environment: 'production' });
      overwriteAt(database, 100, Buffer.alloc(400, '?'));
    },
    ({ database }) => `${database} is marked as a production database`,
  ],
];

describe('a restore refuses', () => {
  test.each(REFUSED)('%s, and leaves everything as it is', async (_, prepare, why) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { path: backup } = await backupDatabase({ path: folder.database });
    const file = folder.file('chosen.db');
    prepare(file, backup, folder);
    const before = fingerprint(folder.path);

    const refused = await refusalOf(restoreDatabase({ environment: 'development', path: folder.database, from: file }));

    expect(refused.code).toBe('backup.unusable');
    expect(refused.message).toMatch(why);
    expect(refused.message).toContain(`${file} cannot be restored`);
    expect(refused.message).not.toContain('building');
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('a backup whose rows are not those it was made with', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { path: backup } = await backupDatabase({ path: folder.database });
    {
      using database = openRaw(backup);
      database.connection.exec('DELETE FROM users');
    }
    const before = fingerprint(folder.path);

    await expect(restoreDatabase({ environment: 'development', path: folder.database, from: 'last' })).rejects.toThrow(
      /table users has not the 1 rows it was made with/,
    );
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('the last, when there is none', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await expect(
      restoreDatabase({ environment: 'development', path: folder.database, from: 'last' }),
    ).rejects.toMatchObject({
      code: 'backup.none',
    });
  });

  test.runIf(process.platform === 'linux')('a backup that is open, and says where', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { path: backup } = await backupDatabase({ path: folder.database });
    using _open = openRaw(backup);

    await expect(restoreDatabase({ environment: 'development', path: folder.database, from: 'last' })).rejects.toThrow(
      `it is open in process ${process.pid} (this process)`,
    );
  });

  test.each(NOT_FOR_DEVELOPMENT)('a development backup %s', async (_, environment, prepare, why) => {
    using folder = databaseFolder();
    await makeDatabase(folder.file('development.db'));
    const { path: backup } = await backupDatabase({ path: folder.file('development.db') });
    await prepare(folder);
    const before = fingerprint(folder.path);

    const refused = await refusalOf(restoreDatabase({ environment, path: folder.database, from: backup }));

    expect(refused.code).toBe('lifecycle.production_refused');
    expect(refused.message).toBe(`Iron does not put a development backup in production: ${why(folder)}.`);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('to replace another program, and a file that has two names', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.file('development.db'));
    const { path: from } = await backupDatabase({ path: folder.file('development.db') });

    makeForeignDatabase(folder.database);
    await expect(restoreDatabase({ environment: 'development', path: folder.database, from })).rejects.toMatchObject({
      code: 'database.not_iron',
    });
    linkSync(folder.database, folder.file('other-name.db'));
    await expect(restoreDatabase({ environment: 'development', path: folder.database, from })).rejects.toMatchObject({
      code: 'database.unusable_file',
    });
  });
});
