import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, usersIn } from '../lifecycle/made-database.fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

describe('a database file may be called', () => {
  const NAMES = [
    'with spaces.db',
    "it's.db",
    '"double".db',
    'what?mode=ro&cache=shared.db',
    'file:tokens.db',
    '100%.db',
    '%20.db',
    'a#b.db',
    'a;b.db',
    'back\\slash.db',
    'new\nline.db',
    '-dash.db',
    'no-ending',
    '.hidden.db',
    'naïve 日本 🗝.db',
  ];

  test.each(NAMES)('%j', async (name) => {
    using folder = databaseFolder(name);
    await makeDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    database.connection.exec("UPDATE users SET username = 'new'");
    database.close();
    expect(usersIn(folder.database)).toEqual(['new']);
    expect(listing(folder.path).filter((entry) => !entry.endsWith('-lock'))).toEqual([name]);
  });

  test('anything that the system allows, and is found under that very name', async () => {
    using folder = databaseFolder();
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => basename(text) === text && !text.includes('\0') && text === text.trimEnd())
      .filter((text) => text !== '.' && text !== '..' && Buffer.byteLength(text) < 200);
    await fc.assert(
      fc.asyncProperty(name, async (file) => {
        const path = join(folder.path, file);
        (await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' })).close();
        expect(existsSync(path)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
