import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readIdentity } from '../connection/identity.ts';
import { guardTableName } from '../migrations/guard-table.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { ProductionRefusedError } from '../connection/connection-errors.ts';
import { GUIDE_TIME, makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { migratedMemory } from './migrated-memory.fixture.ts';
import { SEEDED_USERS } from './seed-data.ts';
import { seedDatabase } from './seed-database.ts';

const DAY = 86_400_000;
const now = () => GUIDE_TIME;

function all(database: SqliteDatabase, sql: string): unknown[][] {
  return database.connection.prepare<[], unknown[]>(sql).raw().all();
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function totalChanges(database: SqliteDatabase): unknown {
  return database.connection.prepare('SELECT total_changes()').pluck().get();
}

/** Every row of every table, as text. */
function dump({ connection }: SqliteDatabase): string {
  const tables = connection.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return JSON.stringify(tables.map((table) => [table, connection.prepare(`SELECT * FROM "${table}"`).all()]));
}

describe('the development data', () => {
  test('is three users, as the guide names them', async () => {
    using database = await migratedMemory();

    expect(await seedDatabase(database, { now })).toEqual({ users: 3, tokens: 3, limits: 3, usageRecords: 7 });
    expect(all(database, 'SELECT username, role, is_active FROM users')).toEqual([
      ['admin', 'admin', 1],
      ['project_manager', 'user', 1],
      ['viewer', 'viewer', 1],
    ]);
  });

  test('has a token for each, in the projects of the guide, stored as SHA-256 only', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });

    expect(
      all(
        database,
        `SELECT users.username, api_tokens.project_id, api_tokens.is_active, api_tokens.token_hash
         FROM api_tokens JOIN users ON users.id = api_tokens.user_id ORDER BY api_tokens.id`,
      ),
    ).toEqual([
      ['admin', 'project_alpha', 1, sha256('iron_dev_admin_token_001')],
      ['project_manager', 'project_beta', 1, sha256('iron_dev_pm_token_002')],
      ['viewer', 'project_beta', 1, sha256('iron_dev_viewer_token_003')],
    ]);
  });

  test('lets each token do what its user may', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });

    expect(all(database, 'SELECT role, scopes FROM api_tokens JOIN users ON users.id = api_tokens.user_id')).toEqual([
      ['admin', '["*"]'],
      ['user', '["*"]'],
      ['viewer', '["*"]'],
    ]);
  });

  test('leaves no token readable in the file', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });

    const bytes = readFileSync(folder.database);

    expect(bytes.includes('user_admin')).toBe(true);
    expect(SEEDED_USERS.filter(({ token }) => bytes.includes(token))).toEqual([]);
    expect(bytes.includes('iron_dev')).toBe(false);
  });

  test('has seven calls of the administrator, one for each of the last seven days', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });

    const calls = all(
      database,
      `SELECT users.username, token_usage.recorded_at FROM token_usage
       JOIN api_tokens ON api_tokens.id = token_usage.token_id JOIN users ON users.id = api_tokens.user_id
       ORDER BY token_usage.recorded_at`,
    );
    expect(calls).toEqual([6, 5, 4, 3, 2, 1, 0].map((days) => ['admin', GUIDE_TIME - days * DAY]));
    expect(all(database, 'SELECT count(*) FROM token_usage WHERE cost_nanos IS NULL OR total_tokens = 0')).toEqual([
      [0],
    ]);
  });

  test('has a limit for each user over all of their projects', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });

    expect(
      all(
        database,
        `SELECT user_id, project_id, max_tokens_per_day, max_requests_per_minute, max_cost_nanos_per_month
         FROM usage_limits ORDER BY id`,
      ),
    ).toEqual([
      ['user_admin', null, 1_000_000, 60, 100_000_000_000],
      ['user_project_manager', null, 500_000, 30, 50_000_000_000],
      ['user_viewer', null, 100_000, 10, 10_000_000_000],
    ]);
  });

  test('is the same, row for row, for the same moment', async () => {
    using one = await migratedMemory();
    using other = await migratedMemory();
    for (const database of [one, other]) {
      await seedDatabase(database, { now });
      database.connection.exec("UPDATE _iron SET instance_id = 'x', created_at = 1733927400000");
      for (const { number } of readMigrations()) {
        database.connection.exec(`UPDATE ${guardTableName(number)} SET applied_at = 0`);
      }
    }

    expect(dump(one)).toBe(dump(other));
  });

  test('is marked in the database, with its first moment', async () => {
    using database = await migratedMemory();
    expect(readIdentity(database.connection)?.seededAt).toBeNull();

    await seedDatabase(database, { now });
    await seedDatabase(database, { now: () => GUIDE_TIME + DAY });

    expect(readIdentity(database.connection)?.seededAt).toBe(GUIDE_TIME);
  });
});

const NOTHING = { users: 0, tokens: 0, limits: 0, usageRecords: 0 };

describe('seeding again', () => {
  test('changes not a row, on the same day and later', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });
    const before = { dump: dump(database), changes: totalChanges(database) };

    expect(await seedDatabase(database, { now })).toEqual(NOTHING);
    expect(await seedDatabase(database, { now: () => GUIDE_TIME + 30 * DAY })).toEqual(NOTHING);

    expect({ dump: dump(database), changes: totalChanges(database) }).toEqual(before);
  });

  test('changes not a byte of the file', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    const before = readFileSync(folder.database);
    {
      using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });
      await seedDatabase(database);
    }
    expect(readFileSync(folder.database).equals(before)).toBe(true);
  });

  test.each([
    ["UPDATE users SET role = 'viewer', name = 'Ada' WHERE username = 'admin'"],
    ["UPDATE users SET username = 'boss' WHERE username = 'admin'"],
    ['UPDATE api_tokens SET is_active = 0, revoked_at = 1733927400000 WHERE id = 1'],
    ["UPDATE api_tokens SET project_id = 'project_gamma', name = NULL"],
    ['UPDATE usage_limits SET max_tokens_per_day = 1, max_requests_per_minute = NULL'],
    ['UPDATE token_usage SET cost_nanos = NULL, price_version = NULL'],
  ])('leaves alone what a person changed: %s', async (change) => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });
    database.connection.exec(change);
    const changed = dump(database);

    expect(await seedDatabase(database, { now })).toEqual(NOTHING);
    expect(dump(database)).toBe(changed);
  });

  test('puts back what was deleted, and nothing else', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now });
    database.connection.exec(`
      DELETE FROM users WHERE username = 'viewer';
      DELETE FROM usage_limits WHERE user_id = 'user_viewer';
      DELETE FROM api_tokens WHERE id = 1`); // which takes its usage along

    expect(await seedDatabase(database, { now })).toEqual({ users: 1, tokens: 1, limits: 1, usageRecords: 7 });
    expect(await seedDatabase(database, { now })).toEqual(NOTHING);
  });

  test('does not touch the rows of others', async () => {
    using database = await migratedMemory();
    const addUser = database.connection.prepare(
      "INSERT INTO users (id, username, role, created_at) VALUES ('user_of_mine', 'me', 'user', ?)",
    );
    addUser.run(GUIDE_TIME);
    database.connection
      .prepare(
        'INSERT INTO usage_limits (user_id, project_id, max_tokens_per_day, created_at, updated_at) VALUES (?, ?, 1, ?, ?)',
      )
      .run('user_admin', 'project_alpha', GUIDE_TIME, GUIDE_TIME);

    expect(await seedDatabase(database, { now })).toMatchObject({ users: 3, limits: 3 });
    expect(all(database, 'SELECT count(*) FROM users')).toEqual([[4]]);
    expect(all(database, 'SELECT count(*) FROM usage_limits')).toEqual([[4]]);
  });
});

describe('seeding is refused', () => {
  test('by a production database, which it leaves as it is', async () => {
    using database = await migratedMemory('production');
    const before = dump(database);

    await expect(seedDatabase(database, { now })).rejects.toThrow(ProductionRefusedError);
    expect(dump(database)).toBe(before);
  });

  test('as a whole when a part of it fails', async () => {
    using database = await migratedMemory();
    database.connection.exec(`CREATE TRIGGER no_usage BEFORE INSERT ON token_usage WHEN NEW.model = 'claude-haiku-4-5'
      BEGIN SELECT RAISE(ABORT, 'not today'); END`);
    const before = dump(database);

    await expect(seedDatabase(database, { now })).rejects.toThrow(/not today/);
    expect(dump(database)).toBe(before);
  });
});
