import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { CorruptDatabaseError, NotIronError } from '../connection/connection-errors.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { type DatabaseFolder, databaseFolder, fingerprint, listing } from './database-folder.fixture.ts';
import { crashAfter } from './database-process.fixture.ts';
import {
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  makeForeignDatabase,
  overwriteAt,
  PAGE_SIZE_OFFSET,
  usersIn,
} from './made-database.fixture.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

const now = () => GUIDE_TIME;
const SET_ASIDE = 'dev_tokens_damaged_20241211_143000.db';

function reset(folder: DatabaseFolder) {
  return resetDatabase({ path: folder.database, seed: true, environment: 'development', now });
}

/** Nothing of what was there before came into the new database, and nothing lies beside it. */
function expectNewAndAlone(folder: DatabaseFolder): void {
  expect(usersIn(folder.database)).toEqual(['admin', 'project_manager', 'viewer']);
  expect(integrityOf(folder.database)).toBe('ok');
  expect(listing(folder.path).filter((name) => !name.startsWith('backups'))).toEqual(['dev_tokens.db']);
}

describe('what a process that died left beside the database', () => {
  test('in a -wal was committed: it is in the backup, and not in the new database', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);
    expect(existsSync(`${folder.database}-wal`)).toBe(true);

    const { backup } = await reset(folder);

    expect(usersIn(backup?.path ?? '')).toEqual(['committed', 'old']);
    expectNewAndAlone(folder);
  });

  test('in a hot -journal takes back what was not committed, and then the backup is made', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('half-write', folder.database);
    expect(existsSync(`${folder.database}-journal`)).toBe(true);

    const { backup } = await reset(folder);

    expect(usersIn(backup?.path ?? '')).toEqual(['old']);
    expectNewAndAlone(folder);
  });

  test.each([
    ['commit', 'deleted', '-wal'],
    ['half-write', 'deleted', '-journal'],
    ['commit', 'emptied', '-wal'],
  ] as const)('by a %s, of a database that was then %s: its %s is set aside', async (action, fate, suffix) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter(action, folder.database);
    if (fate === 'deleted') rmSync(folder.database);
    else truncateSync(folder.database);
    const log = readFileSync(folder.database + suffix);

    const { backup, setAside } = await reset(folder);

    const kept = folder.file(`backups/${SET_ASIDE}${suffix}`);
    expect({ backup, setAside }).toEqual({ backup: null, setAside: kept });
    expect(listing(folder.file('backups'))).toEqual([`${SET_ASIDE}${suffix}`]);
    expect(readFileSync(kept)).toEqual(log);
    expectNewAndAlone(folder);
  });

  test('is not taken for a new database, nor lost, by opening the file', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);
    rmSync(folder.database);
    const before = fingerprint(folder.path);

    await expect(openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' })).rejects.toThrow(
      CorruptDatabaseError,
    );
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('beside a damaged database is set aside with it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);
    overwriteAt(folder.database, PAGE_SIZE_OFFSET, Buffer.from([0x12, 0x34]));
    const damaged = readFileSync(folder.database);
    const log = readFileSync(`${folder.database}-wal`);

    const { setAside } = await reset(folder);

    expect(listing(folder.file('backups'))).toEqual([SET_ASIDE, `${SET_ASIDE}-wal`]);
    expect(readFileSync(setAside ?? '')).toEqual(damaged);
    expect(readFileSync(`${setAside}-wal`)).toEqual(log);
    expectNewAndAlone(folder);
  });

  test('beside the database of another program stays there', async () => {
    using folder = databaseFolder();
    makeForeignDatabase(folder.database);
    await crashAfter('commit-note', folder.database);
    const before = fingerprint(folder.path);

    await expect(reset(folder)).rejects.toThrow(NotIronError);
    await expect(backupDatabase({ path: folder.database })).rejects.toThrow(NotIronError);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('without content goes without a trace', async () => {
    using folder = databaseFolder();
    for (const suffix of ['-wal', '-shm', '-journal']) writeFileSync(folder.database + suffix, '');

    await expect(reset(folder)).resolves.toMatchObject({ setAside: null });
    expectNewAndAlone(folder);
  });

  test('does not bring the old rows back after a restore', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { backup } = await reset(folder);
    await crashAfter('commit', folder.database);

    await restoreDatabase({ environment: 'development', path: folder.database, from: backup?.path ?? '', now });

    expect(usersIn(folder.database)).toEqual(['old']);
    expect(existsSync(`${folder.database}-wal`)).toBe(false);
  });
});

describe('a restore from a file that a process left in use when it died', () => {
  test('takes any file that is a database of Iron, and the rows in the -wal beside it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { marker: 'present' });
    mkdirSync(folder.file('elsewhere'));
    const elsewhere = folder.file('elsewhere/copy.db');
    await makeDatabase(elsewhere);
    await crashAfter('commit', elsewhere);
    symlinkSync('elsewhere/copy.db', folder.file('link.db'));
    const { 'copy.db': file, 'copy.db-wal': log } = fingerprint(folder.file('elsewhere'));

    await restoreDatabase({ environment: 'development', path: folder.database, from: folder.file('link.db'), now });

    expect(usersIn(folder.database)).toEqual(['committed', 'old']);
    expect(fingerprint(folder.file('elsewhere'))).toMatchObject({ 'copy.db': file, 'copy.db-wal': log });
  });

  test('leaves out what a process had half written to the file when it died', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { marker: 'present' });
    await makeDatabase(folder.file('copy.db'));
    await crashAfter('half-write', folder.file('copy.db'));
    expect(existsSync(folder.file('copy.db-journal'))).toBe(true);

    await restoreDatabase({ environment: 'development', path: folder.database, from: folder.file('copy.db'), now });

    expect(usersIn(folder.database)).toEqual(['old']);
    expect(integrityOf(folder.database)).toBe('ok');
  });
});
