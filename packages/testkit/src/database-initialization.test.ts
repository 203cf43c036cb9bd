import { existsSync } from 'node:fs';
import {
  applyAllMigrations,
  checkSeed,
  type IronDatabase,
  openDatabase,
  readMigrations,
  schema,
  seedDatabase,
} from '@iron/db';
import { describe, expect, test } from 'vitest';
import { createTestDb } from './create-test-db.ts';

/** What a database is made of, as SQLite itself has it written down; guards and all. */
function structureOf({ connection }: IronDatabase): unknown[] {
  return connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
}

function count({ connection }: IronDatabase, sql: string): unknown {
  return connection.prepare(sql).pluck().get();
}

const TABLES = "SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND substr(name,1,1) != '_'";
const INDEXES = "SELECT COUNT(*) FROM sqlite_master WHERE type='index' AND name LIKE 'idx_%'";

function addToken(database: IronDatabase): number {
  const [row] = database.transact((tx) =>
    tx
      .insert(schema.apiTokens)
      .values({ tokenHash: 'a'.repeat(64), userId: 'user_001', createdAt: Date.now() })
      .returning({ id: schema.apiTokens.id })
      .all(),
  );
  return row?.id ?? 0;
}

describe('Migration idempotency', () => {
  test('migrating three times gives the same database as once', async () => {
    await using t = await createTestDb();
    const once = structureOf(t.db);

    const runs = [await applyAllMigrations(t.db), await applyAllMigrations(t.db), await applyAllMigrations(t.db)];

    expect(runs).toEqual([1, 2, 3].map(() => ({ applied: [], backup: null })));
    expect(structureOf(t.db)).toEqual(once);
  });
});

describe('Test isolation', () => {
  test('two test databases are isolated: what one writes the other does not see', async () => {
    await using one = await createTestDb();
    await using other = await createTestDb();

    addToken(one.db);

    expect(one.db.reader.select().from(schema.apiTokens).all().length).toBe(1);
    expect(other.db.reader.select().from(schema.apiTokens).all().length).toBe(0);
  });
});

describe('Schema consistency', () => {
  test('a test database has the structure that production gets from the migrations: 11 tables, 32 indexes', async () => {
    await using t = await createTestDb();
    using production = await openDatabase('sqlite::memory:');
    await applyAllMigrations(production, { environment: 'production' });

    expect(structureOf(t.db)).toEqual(structureOf(production));
    expect(count(t.db, TABLES)).toBe(11);
    expect(count(t.db, INDEXES)).toBe(32);
  });
});

describe('Seed data idempotency', () => {
  test('seeding three times leaves no duplicates: only the first run adds rows', async () => {
    await using t = await createTestDb();

    const runs = [seedDatabase(t.db), seedDatabase(t.db), seedDatabase(t.db)];

    const nothing = { users: 0, tokens: 0, usageRecords: 0, limits: 0 };
    expect(runs).toEqual([{ users: 3, tokens: 3, usageRecords: 7, limits: 3 }, nothing, nothing]);
    expect(checkSeed(t.db)).toEqual([]);
  });
});

describe('Automatic cleanup', () => {
  test('the file is there within the scope, and gone with its folder after it', async () => {
    let left = { path: '', folder: '' };
    {
      await using t = await createTestDb();
      left = { path: t.path, folder: t.folder };
      expect(existsSync(t.path)).toBe(true);
    }
    const isKept = process.env['IRON_KEEP_TEST_DB'] === '1';
    expect([existsSync(left.path), existsSync(left.folder)]).toEqual([isKept, isKept]);
  });
});

describe('Migration guards', () => {
  test('every migration has left its guard, with the checksum of its text, and 007 has none', async () => {
    await using t = await createTestDb();

    const guards = readMigrations().map(({ file, checksum }) => {
      const row = t.db.connection.prepare(`SELECT checksum FROM _migration_${file.slice(0, 3)}_completed`).pluck();
      return [file.slice(0, 3), row.get() === checksum];
    });

    expect(guards).toEqual(['001', '002', '003', '004', '005', '006', '008'].map((number) => [number, true]));
    expect(count(t.db, "SELECT COUNT(*) FROM sqlite_master WHERE name = '_migration_007_completed'")).toBe(0);
  });
});

describe('Foreign keys enabled', () => {
  test('PRAGMA foreign_keys is on: a usage row needs its token, and goes with it', async () => {
    await using t = await createTestDb();
    const usage = { provider: 'openai', model: 'gpt-4', inputTokens: 100, outputTokens: 50, totalTokens: 150 };
    const addUsage = (tokenId: number) => () =>
      t.db.transact((tx) =>
        tx
          .insert(schema.tokenUsage)
          .values({ ...usage, tokenId, recordedAt: Date.now() })
          .run(),
      );

    expect(t.db.connection.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(addUsage(999)).toThrow('FOREIGN KEY constraint failed');

    addUsage(addToken(t.db))();
    t.db.transact((tx) => tx.delete(schema.apiTokens).run());
    expect(t.db.reader.select().from(schema.tokenUsage).all().length).toBe(0);
  });
});

describe('Seed data correctness', () => {
  test('there are 3 users, 3 tokens, 7 usage records and 3 limits, with the roles and projects of the guide', async () => {
    await using t = await createTestDb({ seeded: true });
    const { reader } = t.db;

    const users = reader.select().from(schema.users).all();
    expect(users.map(({ username, role, isActive }) => [username, role, isActive])).toEqual([
      ['admin', 'admin', true],
      ['project_manager', 'user', true],
      ['viewer', 'viewer', true],
    ]);
    const tokens = reader.select().from(schema.apiTokens).all();
    expect(tokens.map(({ userId, projectId }) => [userId, projectId])).toEqual([
      ['user_admin', 'project_alpha'],
      ['user_project_manager', 'project_beta'],
      ['user_viewer', 'project_beta'],
    ]);
    const usage = reader.select().from(schema.tokenUsage).all();
    expect(usage.map(({ tokenId }) => tokenId)).toEqual(Array.from({ length: 7 }, () => tokens[0]?.id));
    expect(reader.select().from(schema.usageLimits).all().length).toBe(3);
  });
});
