import { createHash } from 'node:crypto';
import { existsSync, mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyAllMigrations,
  checkSeed,
  lifecycleOf,
  openSqliteDatabase,
  readMigrations,
  schema,
  seedDatabase,
  type SqliteDatabase,
} from '@iron/db';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDb } from './index.ts';

// The eight validations of the database guide, under its own headings.

/** All that the database says of its structure. */
function structureOf({ connection }: SqliteDatabase): unknown[] {
  return connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
}

/** Every row of every table, guards and identity included. */
function rowsOf({ connection }: SqliteDatabase): Record<string, unknown[]> {
  const tables = connection.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return Object.fromEntries(tables.map((table) => [table, connection.prepare(`SELECT * FROM ${table}`).all()]));
}

const aToken = { tokenHash: '0'.repeat(64), userId: 'user_001', createdAt: 1_750_000_000_000 };

describe('Migration idempotency', () => {
  test('three runs give what one gives', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    const first = await applyAllMigrations(database);
    const once = [structureOf(database), rowsOf(database)];

    for (const _run of [2, 3]) expect(await applyAllMigrations(database)).toEqual({ applied: [], backup: null });

    expect(first.applied).toEqual(readMigrations().map(({ file }) => file));
    expect([structureOf(database), rowsOf(database)]).toEqual(once);
  });

  test('a test database has nothing left to migrate', async () => {
    await using t = await createTestDb();
    expect(await applyAllMigrations(t.db)).toEqual({ applied: [], backup: null });
  });
});

describe('Test isolation', () => {
  test('what is written to one database, the other does not see', async () => {
    await using one = await createTestDb();
    await using other = await createTestDb();

    one.db.transact((tx) => tx.insert(schema.apiTokens).values(aToken).run());

    expect(one.db.orm.select().from(schema.apiTokens).all()).toHaveLength(1);
    expect(other.db.orm.select().from(schema.apiTokens).all()).toEqual([]);
    expect(one.path).not.toBe(other.path);
  });

  test('what is written to a database, one that is made after it does not see', async () => {
    {
      await using one = await createTestDb();
      one.db.transact((tx) => tx.insert(schema.apiTokens).values(aToken).run());
    }
    await using later = await createTestDb();
    expect(later.db.orm.select().from(schema.apiTokens).all()).toEqual([]);
  });
});

describe('Schema consistency', () => {
  test('a test database has exactly the structure of one in production', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-production-'));
    const path = join(folder.path, 'tokens.db');
    const lifecycle = lifecycleOf({ kind: 'file', path, mode: 'rwc' });
    await lifecycle.migrate({ environment: 'production' });
    using production = await openSqliteDatabase({ kind: 'file', path, mode: 'ro' });

    await using file = await createTestDb();
    await using memory = await createTestDb({ memory: true });

    expect(structureOf(file.db)).toEqual(structureOf(production));
    expect(structureOf(memory.db)).toEqual(structureOf(production));
    expect(await lifecycle.verify({ environment: 'production' })).toMatchObject({ passed: true });
  });

  test.each([
    ['11 tables', `SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND substr(name,1,1) != '_'`, 11],
    ['32 indexes', `SELECT COUNT(*) FROM sqlite_master WHERE type='index' AND name LIKE 'idx_%'`, 32],
  ])("has the %s that the guide's query counts", async (_, query, count) => {
    await using t = await createTestDb();
    expect(t.db.connection.prepare(query).pluck().get()).toBe(count);
  });
});

describe('Seed data idempotency', () => {
  test('three runs give what one gives, a day later too', async () => {
    await using t = await createTestDb();
    const now = Date.now();
    await seedDatabase(t.db, { now: () => now });
    const once = rowsOf(t.db);

    for (const day of [1, 2]) await seedDatabase(t.db, { now: () => now + day * 86_400_000 });

    expect(rowsOf(t.db)).toEqual(once);
    expect(await t.db.read(checkSeed)).toEqual([]);
  });

  test('what a person changed stays changed', async () => {
    await using t = await createTestDb({ seeded: true });
    t.db.transact((tx) => tx.update(schema.users).set({ name: 'My own name' }).run());
    const before = rowsOf(t.db);
    await seedDatabase(t.db);
    expect(rowsOf(t.db)).toEqual(before);
  });
});

/** Where a test database was, which is over. */
async function makeAndLeave(fail = false): Promise<string> {
  await using t = await createTestDb();
  expect(existsSync(t.path)).toBe(true);
  if (fail) throw new Error(t.folder);
  return t.folder;
}

describe('Automatic cleanup', () => {
  beforeEach(() => void vi.stubEnv('IRON_KEEP_TEST_DB', undefined));
  afterEach(() => void vi.unstubAllEnvs());

  test('at the end of the scope the file and its folder are gone', async () => {
    expect(existsSync(await makeAndLeave())).toBe(false);
  });

  test('also when the test throws', async () => {
    const folder = await makeAndLeave(true).catch((error: unknown) => (error instanceof Error ? error.message : ''));
    expect(folder).toMatch(/^\//);
    expect(existsSync(folder)).toBe(false);
  });

  test('a database in memory leaves nothing that could be forgotten', async () => {
    const before = readdirSync('.');
    {
      await using t = await createTestDb({ memory: true });
      expect(t).toMatchObject({ path: ':memory:', folder: null });
    }
    expect(readdirSync('.')).toEqual(before);
  });
});

describe('Migration guards', () => {
  test.each(readMigrations())(
    '$file has left its guard, with its time and its checksum',
    async ({ file, checksum }) => {
      await using t = await createTestDb();
      const guard = `_migration_${file.slice(0, 3)}_completed`;
      const rows = t.db.connection
        .prepare<[], { applied_at: number; checksum: string }>(`SELECT * FROM ${guard}`)
        .all();
      expect(rows).toEqual([{ applied_at: rows[0]?.applied_at, checksum }]);
      expect(Number.isSafeInteger(rows[0]?.applied_at)).toBe(true);
    },
  );

  test('nothing else has one; 007 is reserved', async () => {
    await using t = await createTestDb();
    const guards = t.db.connection
      .prepare("SELECT name FROM sqlite_schema WHERE substr(name, 1, 11) = '_migration_' ORDER BY name")
      .pluck()
      .all();
    expect(guards).toEqual(readMigrations().map(({ file }) => `_migration_${file.slice(0, 3)}_completed`));
    expect(guards).not.toContain('_migration_007_completed');
  });
});

describe('Foreign keys enabled', () => {
  test.each([{}, { memory: true }])('PRAGMA foreign_keys is on in createTestDb(%o)', async (options) => {
    await using t = await createTestDb(options);
    expect(t.db.connection.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('usage of a token that does not exist is refused', async () => {
    await using t = await createTestDb();
    expect(() => t.db.transact((tx) => tx.insert(schema.tokenUsage).values(usageOf(999)).run())).toThrow(
      'FOREIGN KEY constraint failed',
    );
  });

  test('deleting a token deletes its usage', async () => {
    await using t = await createTestDb();
    t.db.transact((tx) => {
      const [token] = tx.insert(schema.apiTokens).values(aToken).returning().all();
      tx.insert(schema.tokenUsage)
        .values(usageOf(token?.id ?? 0))
        .run();
      tx.delete(schema.apiTokens).run();
    });
    expect(t.db.orm.select().from(schema.tokenUsage).all()).toEqual([]);
  });
});

function usageOf(tokenId: number) {
  const tokens = { inputTokens: 100, outputTokens: 50, totalTokens: 150 };
  return { tokenId, provider: 'openai', model: 'gpt-4', ...tokens, recordedAt: 1_750_000_000_000 };
}

describe('Seed data correctness', () => {
  test('3 users: admin, project_manager and viewer, all active', async () => {
    await using t = await createTestDb({ seeded: true });
    const users = t.db.orm.select().from(schema.users).orderBy(schema.users.username).all();
    expect(users.map(({ username, role, isActive }) => [username, role, isActive])).toEqual([
      ['admin', 'admin', true],
      ['project_manager', 'user', true],
      ['viewer', 'viewer', true],
    ]);
  });

  test("3 tokens: the guide's values, known only by their SHA-256, in the guide's projects", async () => {
    await using t = await createTestDb({ seeded: true });
    const tokens = t.db.orm.select().from(schema.apiTokens).orderBy(schema.apiTokens.id).all();
    expect(tokens.map(({ tokenHash, projectId, isActive }) => [tokenHash, projectId, isActive])).toEqual([
      [sha256('iron_dev_admin_token_001'), 'project_alpha', true],
      [sha256('iron_dev_pm_token_002'), 'project_beta', true],
      [sha256('iron_dev_viewer_token_003'), 'project_beta', true],
    ]);
    expect(JSON.stringify(rowsOf(t.db))).not.toMatch(/iron_dev_/);
  });

  test("7 usage records for the admin's token, one a day over the last seven days", async () => {
    await using t = await createTestDb();
    const now = 1_750_000_000_000;
    await seedDatabase(t.db, { now: () => now });
    const [admin] = t.db.orm.select().from(schema.apiTokens).orderBy(schema.apiTokens.id).all();
    const usage = t.db.orm.select().from(schema.tokenUsage).orderBy(schema.tokenUsage.recordedAt).all();
    expect(usage.map(({ tokenId }) => tokenId)).toEqual(Array.from({ length: 7 }, () => admin?.id));
    expect(usage.map(({ recordedAt }) => (now - recordedAt) / 86_400_000)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  test('3 limits: one for each user', async () => {
    await using t = await createTestDb({ seeded: true });
    const users = t.db.orm.select().from(schema.users).all();
    const limits = t.db.orm.select().from(schema.usageLimits).all();
    expect(limits.map(({ userId }) => userId)).toEqual(users.map(({ id }) => id));
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
