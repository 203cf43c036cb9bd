import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { FolderMissingError, UnusableDatabaseFileError } from './connection-errors.ts';
import { resolveDatabaseFile } from './resolve-database-file.ts';

describe('resolveDatabaseFile gives the absolute path', () => {
  test('of a file that is missing, in a folder that is there', () => {
    using folder = databaseFolder();
    expect(resolveDatabaseFile(folder.database)).toBe(folder.database);
  });

  test('of a relative path', () => {
    using folder = databaseFolder();
    expect(resolveDatabaseFile(relative(process.cwd(), folder.database))).toBe(folder.database);
  });

  test('of the file that a link, or a chain of links, leads to', () => {
    using folder = databaseFolder();
    writeFileSync(folder.database, '');
    symlinkSync(folder.database, folder.file('link.db'));
    symlinkSync('link.db', folder.file('link-to-link.db'));
    expect(resolveDatabaseFile(folder.file('link-to-link.db'))).toBe(folder.database);
  });

  test('of a missing file in a folder that is a link', () => {
    using folder = databaseFolder();
    mkdirSync(folder.file('data'));
    symlinkSync('data', folder.file('current'));
    expect(resolveDatabaseFile(folder.file('current/tokens.db'))).toBe(folder.file('data/tokens.db'));
  });

  test.each(["it's here.db", 'what?mode=ro.db', '100%25.db', 'a#b.db', '"quoted".db', 'büro 日本.db', ' leading.db'])(
    'of a file called %j',
    (name) => {
      using folder = databaseFolder(name);
      expect(resolveDatabaseFile(folder.database)).toBe(folder.database);
    },
  );
});

/** What is put there, the path that is named, and what is said of it. */
const UNUSABLE: readonly [string, (folder: DatabaseFolder) => string, RegExp][] = [
  ['a folder', ({ path }) => path, /it is a folder\.$/],
  ['a device', () => '/dev/null', /it is not a regular file\.$/],
  ['nothing', () => '', /the name is empty\.$/],
  ['a name with a NUL', ({ database }) => `${database}\0.txt`, /the name has a NUL character\.$/],
  ['a name that ends in a space', ({ database }) => `${database} `, /its name ends in white space\.$/],
  ['a name that ends in a no-break space', ({ database }) => `${database}\u00a0`, /its name ends in white space\.$/],
  ['a link to a name that ends in a space', linkToSpace, /tokens\.db ' cannot be a database: its name ends in white/],
  ['one of two hard links', hardLink, /it has 2 hard links\.$/],
  ['a link to one of two hard links', linkToHardLink, /it has 2 hard links\.$/],
  ['a link to a missing file', danglingLink, /it is a symbolic link to a file that does not exist\.$/],
  ['a link to itself', linkToItself, /ELOOP/],
  ['a path through a file', pathThroughFile, /ENOTDIR/],
  ['a name that the system takes for too long', ({ file }) => file('a'.repeat(256)), /the name is too long\.$/],
  [
    'a name beside which a backup of it would have too long a one',
    ({ file }) => file(`${'é'.repeat(107)}db`),
    /its name has 216 bytes, and Iron takes at most 215\.$/,
  ],
  ['a path that SQLite takes for too long', deepFile, /its path is \d+ bytes too long for SQLite\.$/],
];

function linkToSpace({ file }: DatabaseFolder): string {
  writeFileSync(file('tokens.db '), '');
  symlinkSync(file('tokens.db '), file('link.db'));
  return file('link.db');
}

function hardLink({ database, file }: DatabaseFolder): string {
  writeFileSync(database, '');
  linkSync(database, file('second.db'));
  return file('second.db');
}

function linkToHardLink(folder: DatabaseFolder): string {
  symlinkSync(hardLink(folder), folder.file('link.db'));
  return folder.file('link.db');
}

function danglingLink({ file }: DatabaseFolder): string {
  symlinkSync('gone.db', file('link.db'));
  return file('link.db');
}

function linkToItself({ file }: DatabaseFolder): string {
  symlinkSync('link.db', file('link.db'));
  return file('link.db');
}

function pathThroughFile({ database }: DatabaseFolder): string {
  writeFileSync(database, '');
  return `${database}/tokens.db`;
}

function deepFile({ file }: DatabaseFolder): string {
  const deep = Array.from({ length: 10 }, () => 'd'.repeat(50)).join('/');
  mkdirSync(file(deep), { recursive: true });
  return file(`${deep}/tokens.db`);
}

describe('resolveDatabaseFile refuses', () => {
  test.each(UNUSABLE)('%s', (_, put, message) => {
    using folder = databaseFolder();
    const path = put(folder);
    expect(() => resolveDatabaseFile(path)).toThrow(UnusableDatabaseFileError);
    expect(() => resolveDatabaseFile(path)).toThrow(message);
  });

  test('a file in a folder that does not exist, and says how to make it', () => {
    using folder = databaseFolder();
    const resolve = () => resolveDatabaseFile(folder.file('no/such/tokens.db'));
    expect(resolve).toThrow(FolderMissingError);
    expect(resolve).toThrow(expect.objectContaining({ hint: 'Make the folder first, or name another.' }));
  });
});
