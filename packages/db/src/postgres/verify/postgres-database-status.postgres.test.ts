import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { emptyDatabase, migratedDatabase, NOW } from '../backup/backed-up.fixture.ts';
import { postgresName } from '../postgres-name.ts';
import { postgresDatabaseStatus } from './postgres-database-status.ts';
import { asReader, firstDatabase, seededDatabase } from './seeded-database.fixture.ts';

const NUMBERS = readMigrations('postgres').map(({ number }) => number);
const FILES = readMigrations('postgres').map(({ file }) => file);

describe('the status of a PostgreSQL database', () => {
  test('tells what it is, what was applied to it and when, and how large it is', async () => {
    const database = await seededDatabase();
    const { location } = database;
    await database.ask('CREATE SCHEMA theirs; CREATE TABLE theirs.idx_one (id bigint PRIMARY KEY); SELECT 1');

    const status = await postgresDatabaseStatus(location);

    expect(status).toMatchObject({
      path: postgresName(location),
      engine: 'postgres',
      identity: { environment: 'development', createdAt: NOW, seededAt: NOW },
      pending: [],
      problem: null,
      tables: 11,
      indexes: 32,
      journalMode: null,
      walBytes: null,
      holders: [],
    });
    expect(status.server).toMatch(/^PostgreSQL \d+\.\d+$/);
    expect(status.applied).toEqual(NUMBERS.map((number, place) => ({ number, file: FILES[place], appliedAt: NOW })));
    expect(status.sizeBytes).toBeGreaterThan(100_000);
  });

  test('counts what is stored beside the tables, and not what is not of Iron', async () => {
    const database = await seededDatabase();
    const { location } = database;
    const before = await postgresDatabaseStatus(location);
    await database.ask('CREATE TABLE theirs AS SELECT x FROM generate_series(1, 100000) AS x; SELECT 1');
    const besideTheirs = await postgresDatabaseStatus(location);
    await database.ask(
      `INSERT INTO _price_books (version, source, content, imported_at)
       SELECT 'v', 'override', '[' || string_agg('"' || md5(x::text) || '"', ',') || ']', ${NOW} FROM generate_series(1, 10000) AS x; SELECT 1`,
    );
    const filled = await postgresDatabaseStatus(location);

    expect(besideTheirs.sizeBytes).toBe(before.sizeBytes);
    expect(filled.sizeBytes - before.sizeBytes).toBeGreaterThan(100_000);
  });

  test('names the migrations that are pending, all of them where there is no table', async () => {
    const old = await postgresDatabaseStatus((await firstDatabase()).location);
    const empty = await postgresDatabaseStatus((await emptyDatabase()).location);

    expect(old.applied).toEqual([{ number: 1, file: '001_initial_schema.sql', appliedAt: NOW }]);
    expect(old).toMatchObject({ pending: FILES.slice(1), problem: null });
    expect(empty).toMatchObject({
      identity: null,
      applied: [],
      pending: FILES,
      problem: null,
      tables: 0,
      sizeBytes: 0,
    });
  });

  test.each([
    ['DROP TABLE _migration_004_completed', 'migration.partial', NUMBERS.filter((number) => number !== 4)],
    ['ALTER TABLE users ADD COLUMN nickname text', 'migration.structure_drift', NUMBERS],
    ["UPDATE _migration_001_completed SET checksum = 'x'", 'migration.edited', NUMBERS],
  ])('says why it cannot be migrated after somebody ran: %s', async (sql, code, numbers) => {
    const database = await migratedDatabase();
    const { location } = database;
    await database.ask(`${sql}; SELECT 1`);

    const { applied, pending, problem } = await postgresDatabaseStatus(location);

    expect(problem?.code).toBe(code);
    expect(problem?.hint).not.toBeNull();
    expect(applied.map(({ number }) => number)).toEqual(numbers);
    expect(pending).toEqual([]);
  });

  test('names who is connected', async () => {
    const { location, url } = await migratedDatabase();
    const client = new Client({ connectionString: url, application_name: 'gateway-7' });
    await client.connect();
    try {
      const { holders } = await postgresDatabaseStatus(location);
      expect(holders?.map(({ command }) => command)).toEqual([expect.stringMatching(/^gateway-7 at /)]);
    } finally {
      await client.end();
    }
  });

  test('is told a user who may only read, too', async () => {
    const database = await migratedDatabase();
    const location = await asReader(database);
    expect(await postgresDatabaseStatus(location)).toMatchObject({
      tables: 11,
      indexes: 32,
      pending: [],
      problem: null,
    });
  });
});
