import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase, makeForeignDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

/** What lies at the path, the code of the error and what its message says. */
const NOT_OPENED: readonly [string, (folder: DatabaseFolder) => unknown, string, RegExp][] = [
  [
    'a text file',
    ({ database }) => writeFileSync(database, 'Dear diary, '.repeat(999)),
    'database.not_sqlite',
    /is not an SQLite database/,
  ],
  [
    'a file of a few letters',
    ({ database }) => writeFileSync(database, 'hello'),
    'database.not_sqlite',
    /is not an SQLite database/,
  ],
  ['a database without its first 100 bytes', withoutHeader, 'database.not_sqlite', /is not an SQLite database/],
  [
    'a database cut off in its first page',
    cutOffAt(600),
    'database.corrupt',
    /is damaged: database disk image is malformed/,
  ],
  [
    'a database cut off after its first page',
    cutOffAt(4_096),
    'database.corrupt',
    /is damaged: database disk image is malformed/,
  ],
  [
    'a database cut off in its middle',
    cutOffAt(150_000),
    'database.corrupt',
    /is damaged: (database disk image is )?malformed/,
  ],
  [
    'the database of another program',
    ({ database }) => makeForeignDatabase(database),
    'database.not_iron',
    /is an SQLite database, but not one of Iron's/,
  ],
  [
    'the database of a program with an id',
    ({ database }) => makeForeignDatabase(database, 0x4d504258),
    'database.not_iron',
    /but not one of Iron's/,
  ],
  ['the empty database of a program with an id', emptyForeign, 'database.not_iron', /but not one of Iron's/],
  ['a log beside an empty file', emptyWithLog, 'database.corrupt', /nothing is left of it but the 4 bytes of its log/],
];

async function withoutHeader({ database }: DatabaseFolder): Promise<void> {
  await makeDatabase(database);
  writeFileSync(database, readFileSync(database).fill(0, 0, 100));
}

/** Cut off after so many bytes. */
function cutOffAt(bytes: number) {
  return async ({ database }: DatabaseFolder) => {
    await makeDatabase(database);
    truncateSync(database, bytes);
  };
}

function emptyForeign({ database }: DatabaseFolder): void {
  using foreign = openRaw(database);
  foreign.connection.pragma('application_id = 1297105496');
}

function emptyWithLog({ database }: DatabaseFolder): void {
  writeFileSync(database, '');
  writeFileSync(`${database}-wal`, 'rows');
}

describe.each(['rwc', 'rw', 'ro'] as const)('openSqliteDatabase with mode %s refuses', (mode) => {
  test.each(NOT_OPENED)('%s, and leaves it as it is', async (_, put, code, message) => {
    using folder = databaseFolder();
    await put(folder);
    const before = fingerprint(folder.path);

    const opening = openSqliteDatabase({ kind: 'file', path: folder.database, mode });

    await expect(opening).rejects.toMatchObject({ code });
    await expect(opening).rejects.toThrow(message);
    // Not `toEqual`: read-only, SQLite leaves an empty log beside a file that wants one.
    expect(fingerprint(folder.path)).toMatchObject(before);
  });
});
