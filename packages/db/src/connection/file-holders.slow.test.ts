import { renameSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { startProcess } from '../lifecycle/database-process.fixture.ts';
import { makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { findHolders } from './file-holders.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

const PROGRAM = new URL('../lifecycle/database-program.fixture.ts', import.meta.url);

describe.runIf(process.platform === 'linux')('findHolders', () => {
  test('finds no one where no one is, and no one where nothing is', async () => {
    using folder = databaseFolder();
    expect(findHolders(folder.database)).toEqual([]);
    await makeDatabase(folder.database);
    expect(findHolders(folder.database)).toEqual([]);
  });

  test('finds another process, by its number, its program and what that runs, but not by what is said to it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using other = await startProcess('hold', folder.database);

    expect(findHolders(folder.database)).toEqual([
      { pid: other.pid, command: `${process.execPath} ${fileURLToPath(PROGRAM)}` },
    ]);
  });

  test('finds every process', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using one = await startProcess('hold', folder.database);
    await using two = await startProcess('hold', folder.database);

    const pids = findHolders(folder.database)?.map(({ pid }) => pid);

    expect(new Set(pids)).toEqual(new Set([one.pid, two.pid]));
  });

  test('finds who opened the file by another name', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    symlinkSync(folder.database, folder.file('link.db'));
    await using other = await startProcess('hold', folder.file('link.db'));
    expect(findHolders(folder.database)?.map(({ pid }) => pid)).toEqual([other.pid]);
  });

  test('finds who opened the file by a name that it no longer has', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.file('before.db'));
    await using other = await startProcess('hold', folder.file('before.db'));
    renameSync(folder.file('before.db'), folder.database);
    expect(findHolders(folder.database)?.map(({ pid }) => pid)).toEqual([other.pid]);
  });

  test('finds this process, unless it is not to be counted', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using _database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    expect(findHolders(folder.database)).toEqual([{ pid: process.pid, command: 'this process' }]);
    expect(findHolders(folder.database, { exceptSelf: true })).toEqual([]);
  });

  test('forgets who was killed', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const { pid } = await startAndKill(folder.database);
    expect(findHolders(folder.database)?.map((holder) => holder.pid)).not.toContain(pid);
  });

  test('does not mistake a process with another database for one with this', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await makeDatabase(folder.file('other.db'));
    await using _other = await startProcess('hold', folder.file('other.db'));
    expect(findHolders(folder.database)).toEqual([]);
  });
});

async function startAndKill(path: string): Promise<{ pid: number }> {
  await using other = await startProcess('hold', path);
  expect(findHolders(path)?.map(({ pid }) => pid)).toEqual([other.pid]);
  return { pid: other.pid };
}
