import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { applyAllMigrations, checkSeed, openSqliteDatabase, planMigrations, readMigrations } from '@iron/db';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDb } from './index.ts';
import type { TestDb } from './test-db.ts';

beforeEach(() => void vi.stubEnv('IRON_KEEP_TEST_DB', undefined));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const DAY_MS = 86_400_000;

const addAgent = ({ db }: TestDb) =>
  db.connection.exec("INSERT INTO agents (name, created_at) VALUES ('gateway', 1700000000000)");
const countOf = ({ db }: TestDb, table: string) => db.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
const schemaOf = (connection: TestDb['db']['connection']) =>
  connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();

const EVERY_KIND = [{}, { memory: true }, { seeded: true }, { seeded: true, memory: true }];

describe.each(EVERY_KIND)('createTestDb(%o)', (options) => {
  test('gives two databases that know nothing of each other', async () => {
    await using one = await createTestDb(options);
    await using other = await createTestDb(options);

    addAgent(one);

    expect(countOf(one, 'agents')).toBe(1);
    expect(countOf(other, 'agents')).toBe(0);
  });

  test('has the structure of a freshly migrated database, and nothing to migrate', async () => {
    await using cloned = await createTestDb(options);
    using fresh = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(fresh);

    expect(schemaOf(cloned.db.connection)).toEqual(schemaOf(fresh.connection));
    expect(planMigrations(cloned.db)).toMatchObject({ pending: [], applied: { length: readMigrations().length } });
  });

  test('enforces foreign keys', async () => {
    await using t = await createTestDb(options);

    const addOrphan = () =>
      t.db.connection.exec(
        `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
         VALUES (999, 'openai', 'gpt-4o', 1, 1, 2, 1700000000000)`,
      );

    expect(addOrphan).toThrow('FOREIGN KEY constraint failed');
  });

  test('is a test database by its own word', async () => {
    await using t = await createTestDb(options);

    expect(t.db.connection.prepare('SELECT environment FROM _iron').pluck().all()).toEqual(['test']);
  });
});

describe('createTestDb', () => {
  test('is gone with its folder at the end of the scope, and closed', async () => {
    const left = await (async () => {
      await using t = await createTestDb();
      addAgent(t);
      writeFileSync(join(t.folder, 'report.json'), '{}');
      expect(existsSync(t.path)).toBe(true);
      return t;
    })();

    expect(existsSync(left.folder)).toBe(false);
    expect(left.db.connection.open).toBe(false);
  });

  test('is gone when the scope is left by an error, also in the middle of a query', async () => {
    const folders: string[] = [];
    const failing = async () => {
      await using t = await createTestDb({ seeded: true });
      folders.push(t.folder);
      for (const _user of t.db.connection.prepare('SELECT * FROM users').iterate())
        throw new Error('expected 2, got 1');
    };

    await expect(failing()).rejects.toThrow('expected 2, got 1');
    expect(folders.map((folder) => existsSync(folder))).toEqual([false]);
  });

  test('ends once, however often it is disposed of, and may be closed before', async () => {
    const t = await createTestDb();
    t.db.close();
    await t[Symbol.asyncDispose]();

    await expect(t[Symbol.asyncDispose]()).resolves.toBeUndefined();
    expect(existsSync(t.folder)).toBe(false);
  });

  test('lies in a folder of its own that only this user may open', async () => {
    await using t = await createTestDb();

    expect(dirname(t.path)).toBe(t.folder);
    expect(t.db.path).toBe(t.path);
    expect(readdirSync(t.folder).filter((name) => !name.startsWith(basename(t.path)))).toEqual([]);
    expect(statSync(t.folder).mode & 0o777).toBe(0o700);
    expect(statSync(t.path).mode & 0o777).toBe(0o600);
  });

  test('is in WAL mode, as a live database is, and can be opened a second time', async () => {
    await using t = await createTestDb();
    using second = await openSqliteDatabase({ kind: 'file', path: t.path, mode: 'rw' });

    addAgent(t);

    expect(t.db.connection.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(second.connection.prepare('SELECT name FROM agents').pluck().all()).toEqual(['gateway']);
  });

  test('in memory has no file and no folder', async () => {
    await using t = await createTestDb({ memory: true });

    expect({ path: t.path, folder: t.folder, inMemory: t.db.connection.memory }).toEqual({
      path: ':memory:',
      folder: null,
      inMemory: true,
    });
  });

  test('is empty unless it is seeded', async () => {
    await using t = await createTestDb();

    expect(['users', 'api_tokens', 'token_usage', 'usage_limits'].map((table) => countOf(t, table))).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe('createTestDb({ seeded: true })', () => {
  test('holds the development data, unchanged', async () => {
    await using t = await createTestDb({ seeded: true });

    expect(await t.db.read(checkSeed)).toEqual([]);
    expect(['users', 'api_tokens', 'token_usage', 'usage_limits'].map((table) => countOf(t, table))).toEqual([
      3, 3, 7, 3,
    ]);
  });

  test.each([
    ['today', Date.now()],
    ['in two years', Date.now() + 730 * DAY_MS],
  ])('has its week of usage end at most a minute before the clock, %s', async (_when, clock) => {
    vi.useFakeTimers({ now: clock, toFake: ['Date'] });
    await using t = await createTestDb({ seeded: true });

    const times = t.db.connection.prepare<[], number>('SELECT recorded_at FROM token_usage ORDER BY 1').pluck().all();
    const newest = times.at(-1) ?? 0;

    expect(clock - newest).toBeGreaterThanOrEqual(0);
    expect(clock - newest).toBeLessThan(60_000);
    expect(times).toEqual([6, 5, 4, 3, 2, 1, 0].map((days) => newest - days * DAY_MS));
  });
});
