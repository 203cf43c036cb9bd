import { startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { backupFiles, databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { makeOldDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import { ironMigrations } from './migration-files.fixture.ts';

const PROGRAM = new URL('./migrate-program.fixture.ts', import.meta.url);

/** What as many processes answer that are told to migrate one file at the same moment. */
async function migrateAtOnce(processes: number, path: string): Promise<(string | undefined)[]> {
  await using running = new AsyncDisposableStack();
  const programs = Array.from({ length: processes }, () => running.use(startProgram(PROGRAM, path)));
  for (const program of programs) expect(await program.nextLine()).toBe('ready');
  for (const program of programs) program.say('go');
  return await Promise.all(programs.map((program) => program.nextLine()));
}

function namesFrom(number: number): string {
  return ironMigrations()
    .filter((migration) => migration.number >= number)
    .map(({ file }) => file)
    .join(' ');
}

describe('eight processes that migrate one file at once', () => {
  test.each([1, 2, 3])(
    'make it once where there was none: one applies all, seven find it done (round %i)',
    async () => {
      using folder = databaseFolder();

      const answers = await migrateAtOnce(8, folder.database);

      expect(answers.toSorted(byText)).toEqual(['', '', '', '', '', '', '', namesFrom(1)]);
      expect(await verifyDatabase({ path: folder.database, environment: 'development' })).toMatchObject({
        passed: true,
      });
    },
  );

  test('back it up once where it holds rows: one applies what is pending, seven find it done', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);

    const answers = await migrateAtOnce(8, folder.database);

    expect(answers.toSorted(byText)).toEqual(['', '', '', '', '', '', '', namesFrom(2)]);
    expect(backupFiles(folder)).toHaveLength(1);
    expect(await verifyDatabase({ path: folder.database, environment: 'development' })).toMatchObject({ passed: true });
  });

  test('put the copy of a backup, which is not in WAL mode, into it without being in the way of one another', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    leaveWalMode(folder.database);

    const answers = await migrateAtOnce(8, folder.database);

    expect(answers.toSorted(byText)).toEqual(['', '', '', '', '', '', '', namesFrom(2)]);
    using database = openRaw(folder.database);
    expect(database.connection.pragma('journal_mode', { simple: true })).toBe('wal');
  });
});

function leaveWalMode(path: string): void {
  using database = openRaw(path);
  database.connection.pragma('journal_mode = DELETE');
}

function byText(one = '', other = ''): number {
  return one < other ? -1 : 1;
}
