import { statfsSync, statSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { DiskFullError } from '../connection/connection-errors.ts';
import { databaseFolder, fingerprint, listing } from './database-folder.fixture.ts';
import { runWithFileLimit } from './lifecycle-process.fixture.ts';
import type { LifecycleCommand } from './lifecycle-program.fixture.ts';
import {
  addPayloads,
  damagePages,
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  makeOldDatabase,
  usersIn,
} from './made-database.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';

const now = () => GUIDE_TIME;

describe('without room on the disk', () => {
  test('a backup is not begun', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await backupDatabase({ path: folder.database, now });
    const { bavail, bsize } = statfsSync(folder.path);
    const needed = bavail * bsize + 2 ** 30;
    truncateSync(folder.database, needed); // with a hole, which takes no room and is no part of the database
    const before = listing(folder.path);

    const refused = await refusalOf(backupDatabase({ path: folder.database }));

    expect(refused).toBeInstanceOf(DiskFullError);
    expect(refused).toMatchObject({ code: 'database.disk_full', details: { neededBytes: needed } });
    expect(listing(folder.path)).toEqual(before);
    expect(statSync(folder.database).size).toBe(needed);
  });

  /** The command, how much it may write to a file of the 2 MB database, and what it was doing when that ended. */
  const CASES: readonly [LifecycleCommand, number, string][] = [
    ['backup', 1_000_000, 'copying the database'],
    ['reset', 100_000, 'building the new database'],
    ['reset', 1_000_000, 'copying the present database'],
    ['restore', 1_000_000, 'copying the backup'],
  ];
  test.each(CASES)('%s fails within %d bytes, %s, and nothing is lost or left behind', async (command, bytes) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    addPayloads(folder.database, 2_000_000);
    await backupDatabase({ path: folder.database, now });
    const { 'dev_tokens.db': _, ...before } = fingerprint(folder.path);

    const [code, message] = runWithFileLimit(bytes, command, folder.database);

    expect(code).toBe('database.io_failed');
    expect(message).toContain(`Reading or writing ${folder.database} failed`);
    const { 'dev_tokens.db': __, ...after } = fingerprint(folder.path);
    expect(after).toEqual(before);
    expect(usersIn(folder.database)).toContain('old');
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test.each(['reset', 'restore'] as const)('%s leaves a damaged database where it is', async (command) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await backupDatabase({ path: folder.database, now });
    addPayloads(folder.database, 2_000_000);
    damagePages(folder.database, 2);
    const before = fingerprint(folder.path);

    const [code] = runWithFileLimit(1_000_000, command, folder.database);

    expect(code).toBe('database.io_failed');
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('migrations do not begin without their backup', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    const before = fingerprint(folder.path);

    const [code] = runWithFileLimit(100_000, 'migrate', folder.database);

    expect(code).toBe('database.io_failed');
    expect(fingerprint(folder.path)).toEqual({ ...before, backups: 'folder 700' });
  });
});
