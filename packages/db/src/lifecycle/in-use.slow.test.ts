import { chmodSync, chownSync } from 'node:fs';
import type { Program } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { listBackups } from '../backup/backup-record.ts';
import { DatabaseInUseError } from '../connection/connection-errors.ts';
import { findHolders } from '../connection/file-holders.ts';
import { type DatabaseFolder, databaseFolder, fingerprint, listing } from './database-folder.fixture.ts';
import { spawnProcess, startProcess } from './database-process.fixture.ts';
import { runUnseeing, runAsNobody } from './lifecycle-process.fixture.ts';
import { makeDatabase, openRaw, usersIn } from './made-database.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

const COMMANDS = {
  reset: ({ database }: DatabaseFolder) => resetDatabase({ path: database, seed: true, environment: 'development' }),
  restore: ({ database }: DatabaseFolder) =>
    restoreDatabase({ environment: 'development', path: database, from: 'last' }),
};

async function makeBackedUp(folder: DatabaseFolder, journalMode: 'WAL' | 'DELETE'): Promise<void> {
  await makeDatabase(folder.database);
  await backupDatabase({ path: folder.database });
  using database = openRaw(folder.database);
  database.connection.pragma(`journal_mode = ${journalMode}`);
}

describe.runIf(process.platform === 'linux')('a database that another process has open', () => {
  test.each([
    ['reset', 'hold', 'WAL'],
    ['reset', 'hold', 'DELETE'],
    ['reset', 'commit', 'WAL'],
    ['reset', 'half-write', 'DELETE'],
    ['restore', 'hold', 'WAL'],
    ['restore', 'hold', 'DELETE'],
  ] as const)(
    'is not touched by a %s (it is in a %s, in %s mode), which says who has it',
    async (command, action, mode) => {
      using folder = databaseFolder();
      await makeBackedUp(folder, mode);
      await using holder = await startProcess(action, folder.database);
      const before = fingerprint(folder.path);

      const refused = await refusalOf(COMMANDS[command](folder));

      expect(refused).toBeInstanceOf(DatabaseInUseError);
      expect(refused).toMatchObject({ holders: [{ pid: holder.pid }] });
      expect(refused.message).toContain(`process ${holder.pid} (${process.execPath}`);
      expect(fingerprint(folder.path)).toEqual(before);
    },
  );

  test('is replaced as soon as that process has ended', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder, 'WAL');
    {
      await using _holder = await startProcess('hold', folder.database);
      await refusalOf(COMMANDS.reset(folder));
    }

    await COMMANDS.reset(folder);

    expect(usersIn(folder.database)).toContain('admin');
  });

  test('since a moment ago, while its backup was made, is not replaced either', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder, 'DELETE');
    await using late = {
      process: undefined as Program | undefined,
      [Symbol.asyncDispose]: async () => await late.process?.kill(),
    };

    const refused = await refusalOf(
      resetDatabase({
        path: folder.database,
        seed: true,
        environment: 'development',
        onProgress({ step, done }) {
          if (step !== 'verify' || done !== 0) return;
          late.process = spawnProcess('hold', folder.database);
          waitUntilHeld(folder.database);
        },
      }),
    );

    expect(refused).toMatchObject({ code: 'database.in_use', holders: [{ pid: late.process?.pid }] });
    expect(usersIn(folder.database)).toEqual(['old']);
  });

  test('is refused in WAL mode also where the system does not tell who has it', async () => {
    using folder = databaseFolder();
    await makeBackedUp(folder, 'WAL');
    await using _holder = await startProcess('hold', folder.database);
    const before = fingerprint(folder.path);

    const [code, message] = runUnseeing('reset', folder.database);

    expect(code).toBe('database.in_use');
    expect(message).toContain('cannot be seen from here');
    expect(fingerprint(folder.path)).toEqual(before);
  });
});

/** Blocks, as nothing else does in a callback, until another process has the database open. */
function waitUntilHeld(path: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (findHolders(path, { exceptSelf: true })?.length === 0) Atomics.wait(pause, 0, 0, 5);
}

describe('a person who may not write', () => {
  test.each(['reset', 'restore'] as const)('the folder is told so by a %s, and nothing happens', async (command) => {
    using folder = databaseFolder();
    await makeBackedUp(folder, 'WAL');
    giveToNobody(folder);
    chmodSync(folder.path, 0o555);
    const before = listing(folder.path);

    const [code] = runAsNobody(command, folder.database);

    chmodSync(folder.path, 0o755);
    expect(code).toBe('database.not_writable');
    expect(listing(folder.path)).toEqual(before);
  });

  test.each(['reset', 'restore'] as const)('the file is told so by a %s, and nothing happens', async (command) => {
    using folder = databaseFolder();
    await makeBackedUp(folder, 'WAL');
    giveToNobody(folder);
    chmodSync(folder.database, 0o444);
    const before = fingerprint(folder.path);

    const [code, message] = runAsNobody(command, folder.database);

    expect({ code, message }).toEqual({
      code: 'database.not_writable',
      message: `${folder.database} cannot be written.`,
    });
    expect(fingerprint(folder.path)).toEqual(before);
  });
});

test('a person who may not read the backup is told so by a restore, and nothing happens', async () => {
  using folder = databaseFolder();
  await makeBackedUp(folder, 'WAL');
  const [backup = ''] = listBackups(folder.database).map(({ path }) => path);
  giveToNobody(folder);
  chmodSync(backup, 0o000);
  const before = listing(folder.path);

  expect(runAsNobody('restore', folder.database)).toEqual([
    'backup.unusable',
    `${backup} cannot be restored: it cannot be read.`,
  ]);
  expect(listing(folder.path)).toEqual(before);
});

/** Where the tests run as the administrator, who may do everything, somebody else must own the files. */
function giveToNobody(folder: DatabaseFolder): void {
  if (process.getuid?.() !== 0) return;
  for (const name of ['', ...listing(folder.path), 'dev_tokens.db-lock']) chownSync(folder.file(name), 65_534, 65_534);
}
