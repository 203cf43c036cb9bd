import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { planPostgresMigrations } from '../migrations/postgres-migration-plan.ts';
import { postgresMigrations } from '../migrations/postgres-migrations.fixture.ts';
import { killAtManyMoments, type KilledPostgresCommand } from './killed-postgres.fixture.ts';
import { migratePostgresDatabase } from './migrate-postgres-database.ts';
import { guardsOf, LONG_AGO, oldDatabase, OLD_COUNT } from './old-database.fixture.ts';

const KILLS = 8;
const LONGEST_MS = 600_000;

const NUMBERS = postgresMigrations().map(({ number }) => number);
const USERS = 2_002;
const COUNT = "SET statement_timeout = '60s'; SELECT count(*)::int AS count FROM users";

/** With so many rows that copying them takes a while. */
async function withUsers(): Promise<PostgresOfTest> {
  const database = await oldDatabase();
  await database.ask(
    `INSERT INTO users (id, username, role, created_at)
     SELECT md5(i::text), md5('name' || i), 'user', ${LONG_AGO} FROM generate_series(1, ${USERS - 2}) AS i; SELECT 1`,
  );
  return database;
}

/** Every row is there, and the way back, too, as soon as anything was changed. */
async function expectWhole(database: PostgresOfTest): Promise<string> {
  const guards = await guardsOf(database);
  expect(guards.length).toBeGreaterThanOrEqual(OLD_COUNT);
  expect(guards).toEqual(NUMBERS.slice(0, guards.length));
  expect(await database.ask(COUNT)).toEqual([{ count: USERS }]);
  const backups = listPostgresBackups(database);
  for (const backup of backups) expect(backup).toMatchObject({ verified: true, rows: { users: USERS } });
  if (guards.length === OLD_COUNT) return 'before';
  expect(backups).toHaveLength(1);
  return guards.length === NUMBERS.length ? 'after' : 'between';
}

const MIGRATE: KilledPostgresCommand = {
  command: 'migrate',
  prepare: withUsers,
  async check(database) {
    const state = await expectWhole(database);

    await migratePostgresDatabase({ ...database, environment: 'development' });

    expect((await planPostgresMigrations(database)).pending).toEqual([]);
    expect(await database.ask(COUNT)).toEqual([{ count: USERS }]);
    expect(await database.ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_?iron'")).toEqual([]);
    const others = readdirSync(`${database.folder}/backups`).filter((name) => !/\.copy\.zst(\.json)?$/.test(name));
    expect(others).toEqual([]);
    return state;
  },
};

test(
  'migrations that are killed at any moment leave every row, at one of them, and the next run applies the others',
  { timeout: LONGEST_MS },
  async () => {
    const states = await killAtManyMoments(KILLS, MIGRATE);
    expect([states[0], ...states.slice(-2)]).toEqual(['before', 'between', 'after']);
  },
);
