import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { SEEDED_USAGE } from '../../seed/seed-data.ts';
import { backupPostgresDatabase, listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { planPostgresMigrations } from '../migrations/postgres-migration-plan.ts';
import { killAtManyMoments, type KilledPostgresCommand } from './killed-postgres.fixture.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

/** Beside the two at the end. */
const KILLS = 6;
const LONGEST_MS = 600_000;

const USAGE = `SELECT (SELECT count(*)::int FROM token_usage) AS rows, (SELECT sum(requests)::int FROM _usage_by_token) AS kept`;

const OLD = ['old'];
const CHANGED = ['later', 'old'];
const SEEDED = ['admin', 'project_manager', 'viewer'];

const addUser = async ({ ask }: PostgresOfTest, name: string) =>
  await ask(
    `INSERT INTO users (id, username, role, created_at) VALUES ('${name}', '${name}', 'admin', ${NOW}); SELECT 1`,
  );

/** With rows, so that copying it takes a while. */
async function makeOld(): Promise<PostgresOfTest> {
  const database = await migratedDatabase();
  await addUser(database, 'old');
  await database.ask(
    `INSERT INTO api_tokens (token_hash, user_id, created_at) VALUES (repeat('a', 64), 'old', ${NOW});
     INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
     SELECT 1, 'openai', 'gpt-4o', 1, 2, 3, ${NOW} FROM generate_series(1, 2000); SELECT 1`,
  );
  return database;
}

async function makeChanged(): Promise<PostgresOfTest> {
  const database = await makeOld();
  await backupPostgresDatabase(database);
  await addUser(database, 'later');
  return database;
}

/** The server may still be at work for the killed process; it is not waited for without end. */
async function usersIn({ ask }: PostgresOfTest): Promise<unknown[]> {
  const users = await ask("SET statement_timeout = '60s'; SELECT username FROM users ORDER BY username");
  return users.map(({ username }) => username);
}

/** The database is, as a whole, the one before or the one after; and if it is the latter, the former is a backup. */
async function expectEither(
  database: PostgresOfTest,
  before: readonly string[],
  after: readonly string[],
): Promise<'before' | 'after'> {
  const users = await usersIn(database);
  expect([before, after]).toContainEqual(users);
  const state = users.length === before.length ? 'before' : 'after';
  const { applied, pending } = await planPostgresMigrations(database);
  expect([applied.length, pending]).toEqual([readMigrations('postgres').length, []]);
  const [usage] = await database.ask(USAGE);
  expect(usage?.['kept']).toBe(usage?.['rows']);
  expect([2_000, SEEDED_USAGE.length]).toContain(usage?.['rows']);
  const backups = listPostgresBackups(database).map((backup) => backup.verified && backup.rows['users']);
  expect(backups).not.toContain(false);
  if (state === 'after') expect(backups).toContain(before.length);
  return state;
}

/** Nothing lies around that is not the database or a backup of it. */
async function expectSwept({ ask, folder }: PostgresOfTest): Promise<void> {
  expect(await ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_?iron'")).toEqual([]);
  const others = readdirSync(`${folder}/backups`).filter((name) => !/^iron_test_\w+\.copy\.zst(\.json)?$/.test(name));
  expect(others).toEqual([]);
}

const RESET: KilledPostgresCommand = {
  command: 'reset',
  prepare: makeOld,
  async check(database) {
    const state = await expectEither(database, OLD, SEEDED);

    const { backup } = await resetPostgresDatabase({ ...database, seed: false, environment: 'development' });

    expect(backup?.rows['users']).toBe(state === 'before' ? OLD.length : SEEDED.length);
    expect(await usersIn(database)).toEqual([]);
    await expectSwept(database);
    return state;
  },
};

const RESTORE: KilledPostgresCommand = {
  command: 'restore',
  prepare: makeChanged,
  async check(database) {
    const from = listPostgresBackups(database).at(-1)?.path ?? '';
    const state = await expectEither(database, CHANGED, OLD);

    await restorePostgresDatabase({ ...database, from, environment: 'development' });

    expect(await usersIn(database)).toEqual(OLD);
    await expectSwept(database);
    return state;
  },
};

describe('killed at any moment', () => {
  test(
    'a reset leaves the old database or the new one, whole, and the next reset sweeps up',
    { timeout: LONGEST_MS },
    async () => {
      const states = await killAtManyMoments(KILLS, RESET);
      expect([states[0], ...states.slice(-2)]).toEqual(['before', 'before', 'after']);
    },
  );

  test(
    'a restore leaves the present database or the restored one, whole, and the next sweeps up',
    { timeout: LONGEST_MS },
    async () => {
      const states = await killAtManyMoments(KILLS, RESTORE);
      expect([states[0], ...states.slice(-2)]).toEqual(['before', 'before', 'after']);
    },
  );
});
