import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { type DatabaseFolder, databaseFolder, fingerprint } from './database-folder.fixture.ts';
import { makeDatabase, makeForeignDatabase, overwriteAt } from './made-database.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';
import { resetDatabase } from './reset-database.ts';

function reset(folder: DatabaseFolder, environment: 'development' | 'production' = 'development') {
  return resetDatabase({ path: folder.database, seed: true, environment });
}

/** What is there, how it comes there, the code of the error and what its message says. */
const REFUSED: readonly [string, (folder: DatabaseFolder) => unknown, string, RegExp][] = [
  [
    'a text file',
    ({ database }) => writeFileSync(database, 'Dear diary, '.repeat(1_000)),
    'database.not_sqlite',
    /dev_tokens\.db is not an SQLite database\.$/,
  ],
  [
    'a file of a few letters',
    ({ database }) => writeFileSync(database, 'hello'),
    'database.not_sqlite',
    /is not an SQLite/,
  ],
  [
    'a file that begins like a database',
    ({ database }) => writeFileSync(database, 'SQLite format 3\0'.padEnd(9_000, 'x')),
    'database.not_sqlite',
    /is not an SQLite/,
  ],
  [
    'the database of another program',
    ({ database }) => makeForeignDatabase(database),
    'database.not_iron',
    /not one of/,
  ],
  [
    'the database of a program with an id of its own',
    ({ database }) => makeForeignDatabase(database, 0x4d504258),
    'database.not_iron',
    /is an SQLite database, but not one of Iron's/,
  ],
  ['a folder', ({ database }) => mkdirSync(database), 'database.unusable_file', /it is a folder/],
  [
    'one of two hard links',
    async ({ database, file }) => {
      await makeDatabase(database);
      linkSync(database, file('other-name.db'));
    },
    'database.unusable_file',
    /it has 2 hard links/,
  ],
  [
    'a link to nothing',
    ({ database, file }) => symlinkSync(file('nowhere.db'), database),
    'database.unusable_file',
    /a symbolic link to a file that does not exist/,
  ],
  [
    'a database that is marked as one of production',
    ({ database }) => makeDatabase(database, { environment: 'production' }),
    'lifecycle.production_refused',
    /dev_tokens\.db is marked as a production database/,
  ],
  [
    'a damaged one that was marked so: its header still tells',
    async ({ database }) => {
      await makeDatabase(database, { environment: 'production' });
      overwriteAt(database, 100, Buffer.alloc(400, '?'));
    },
    'lifecycle.production_refused',
    /dev_tokens\.db is marked as a production database/,
  ],
];

describe('a reset refuses', () => {
  test.each(REFUSED)('%s, and leaves everything as it is', async (_, make, code, message) => {
    using folder = databaseFolder();
    await make(folder);
    const before = fingerprint(folder.path);

    const refused = await refusalOf(reset(folder));

    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('production, whatever the database says and whether there is one', async () => {
    using folder = databaseFolder();
    const refusal = { code: 'lifecycle.production_refused', message: /IRON_ENV is production/ };

    await expect(reset(folder, 'production')).rejects.toMatchObject({ code: refusal.code });
    await makeDatabase(folder.database);
    const before = fingerprint(folder.path);
    await expect(reset(folder, 'production')).rejects.toThrow(refusal.message);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('a folder that does not exist, by its name', async () => {
    using folder = databaseFolder();
    rmSync(folder.path, { recursive: true });
    await expect(reset(folder)).rejects.toMatchObject({ code: 'database.folder_missing' });
    mkdirSync(folder.path);
  });

  test.runIf(process.platform === 'linux')('a database that this very process has open', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using _database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });

    await expect(reset(folder)).rejects.toMatchObject({
      code: 'database.in_use',
      message: `${folder.database} is in use by process ${process.pid} (this process).`,
    });
  });
});
