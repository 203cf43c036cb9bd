import { describe, expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase, makeOldDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { databaseStatus } from './database-status.ts';

const NUMBERS = readMigrations().map(({ number }) => number);

describe('the status of a database', () => {
  test('tells what it is, what was applied to it and when, and how large it is', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    const before = fingerprint(folder.path);

    const status = databaseStatus(folder.database);

    expect(status).toMatchObject({
      path: folder.database,
      identity: { environment: 'development', createdAt: GUIDE_TIME, seededAt: GUIDE_TIME },
      pending: [],
      problem: null,
      tables: 11,
      indexes: 32,
      journalMode: 'wal',
      walBytes: 0,
      holders: [],
    });
    expect(status.applied.map(({ number, appliedAt }) => [number, appliedAt])).toEqual(
      NUMBERS.map((number) => [number, GUIDE_TIME]),
    );
    expect(status.sizeBytes).toBeGreaterThan(100_000);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('names the migrations that are pending', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);

    const { applied, pending, problem } = databaseStatus(folder.database);

    expect(applied).toEqual([{ number: 1, file: '001_initial_schema.sql', appliedAt: GUIDE_TIME }]);
    expect(pending).toHaveLength(NUMBERS.length - 1);
    expect(problem).toBeNull();
  });

  test.each([
    ['DROP TABLE _migration_004_completed', 'migration.partial', NUMBERS.filter((number) => number !== 4)],
    ['ALTER TABLE users ADD COLUMN nickname TEXT', 'migration.structure_drift', NUMBERS],
    ["UPDATE _migration_001_completed SET checksum = 'x'", 'migration.edited', NUMBERS],
  ])('says why it cannot be migrated after somebody ran: %s', async (sql, code, numbers) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.exec(sql);
    }

    const { applied, pending, problem } = databaseStatus(folder.database);

    expect(problem?.code).toBe(code);
    expect(applied.map(({ number }) => number)).toEqual(numbers);
    expect(pending).toEqual([]);
  });

  test('counts what has not been folded back, and shows that this process has it open', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
    database.connection.exec('UPDATE _iron SET seeded_at = created_at');

    const { walBytes, identity, holders } = databaseStatus(folder.database);

    expect(walBytes).toBeGreaterThan(4_096);
    expect(identity?.seededAt).toBe(GUIDE_TIME);
    const pids = holders?.map(({ pid }) => pid) ?? null;
    expect(pids).toEqual(process.platform === 'linux' ? [process.pid] : null);
  });
});
