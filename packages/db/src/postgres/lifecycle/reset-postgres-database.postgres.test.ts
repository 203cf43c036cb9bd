import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GUIDE_TIME } from '../../lifecycle/made-database.fixture.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { emptyDatabase, migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { applyPostgresMigrations } from '../migrations/apply-postgres-migrations.ts';
import { connectPlainly } from '../plain-connection.ts';
import { planPostgresMigrations } from '../migrations/postgres-migration-plan.ts';
import { postgresName } from '../postgres-name.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { oldDatabase } from './old-database.fixture.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';
import { resetPostgresDatabase, type PostgresResetOptions } from './reset-postgres-database.ts';
import { seedPostgresDatabase } from './seed-postgres-database.ts';

const USERS = 'SELECT username FROM users ORDER BY username';
const SEEDED = [{ username: 'admin' }, { username: 'project_manager' }, { username: 'viewer' }];
const SUMS = 'SELECT sum(requests)::int AS requests, sum(total_tokens)::int AS tokens FROM _usage_by_model';

async function addUser(database: PostgresOfTest, name: string): Promise<void> {
  await database.ask(
    `INSERT INTO users (id, username, role, created_at) VALUES ('${name}', '${name}', 'admin', ${NOW}); SELECT 1`,
  );
}

const now = () => GUIDE_TIME;

const reset = async (database: PostgresOfTest, options: Partial<PostgresResetOptions> = {}) =>
  await resetPostgresDatabase({
    ...database,
    seed: true,
    environment: 'development',
    now,
    ...options,
  });

/** What is there, but for the number that each database draws for itself. */
async function contents({ location, ask }: PostgresOfTest): Promise<unknown> {
  await using connection = await connectPlainly(location);
  const rows = "regexp_replace(schema_to_xml('public', true, false, '')::text, '<instance_id>[^<]*', '')";
  const [found] = await ask(`SELECT ${rows} AS rows`);
  return { structure: await readPostgresStructure(connection.query), rows: found?.['rows'] };
}

describe('a reset of a PostgreSQL database', () => {
  test('makes a migrated and seeded database of an empty one, without a backup', async () => {
    const database = await emptyDatabase();

    const report = await reset(database);

    expect(report).toEqual({
      path: postgresName(database.location),
      migrations: readMigrations('postgres').map(({ file }) => file),
      seed: { users: 3, tokens: 3, usageRecords: 7, limits: 3 },
      backup: null,
      setAside: null,
    });
    expect(await database.ask(USERS)).toEqual(SEEDED);
    expect((await planPostgresMigrations(database)).pending).toEqual([]);
    expect(existsSync(`${database.folder}/backups`)).toBe(false);
  });

  test('gives what the migrations and the seed give, structure and rows, also in the place of another', async () => {
    const built = await emptyDatabase();
    await applyPostgresMigrations(built, { now });
    await seedPostgresDatabase({ ...built, environment: 'development', now });
    const expected = await contents(built);
    const empty = await emptyDatabase();
    const old = await oldDatabase();

    await reset(empty);
    await reset(old);
    await reset(old);

    expect(await contents(empty)).toEqual(expected);
    expect(await contents(old)).toEqual(expected);
  });

  test('without seed leaves every table empty', async () => {
    const database = await emptyDatabase();

    await expect(reset(database, { seed: false })).resolves.toMatchObject({ seed: null });

    expect(await database.ask(USERS)).toEqual([]);
    expect(await database.ask('SELECT seeded_at FROM _iron')).toEqual([{ seeded_at: null }]);
  });

  test('keeps what was there as a verified backup, which a restore brings back', async () => {
    const database = await migratedDatabase();
    await addUser(database, 'old');

    const { backup } = await reset(database);

    expect(backup).toMatchObject({ reason: 'reset', rows: { users: 1 } });
    expect(await database.ask(USERS)).toEqual(SEEDED);
    await restorePostgresDatabase({ ...database, from: 'last', environment: 'development' });
    expect(await database.ask(USERS)).toEqual([{ username: 'old' }]);
  });

  test('leaves tables that count usage as it comes in', async () => {
    const database = await migratedDatabase();
    await reset(database);
    const [before] = await database.ask(SUMS);

    await database.ask(
      `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, cost_nanos, price_version,
         recorded_at)
       SELECT id, 'openai', 'gpt-4o', 1, 2, 3, 4, 'p', ${GUIDE_TIME} FROM api_tokens LIMIT 1; SELECT 1`,
    );

    expect(before).toEqual({ requests: 7, tokens: 30_450 });
    expect(await database.ask(SUMS)).toEqual([{ requests: 8, tokens: 30_453 }]);
  });
});
