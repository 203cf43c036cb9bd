import { applyAllMigrations, openDatabase, run, schema } from '@iron/db';
import { administer, serverOfTests } from '@iron/test-clones';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDb, createTestEnforcer, createTestStorage, createTestTracker, NoTestServerError } from './index.ts';

beforeEach(() => void vi.stubEnv('IRON_KEEP_TEST_DB', undefined));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const ENGINE = { engine: 'postgres' } as const;
const NOON = Date.UTC(2026, 2, 10, 12);
const AGENT = { name: 'gateway', createdAt: NOON };

const nameIn = (url: string) => new URL(url).pathname.slice(1);

async function isThere(name: string): Promise<boolean> {
  return await administer(serverOfTests(), async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    return rowCount === 1;
  });
}

describe("createTestDb({ engine: 'postgres' })", () => {
  test('gives two databases that know nothing of each other, with nothing to migrate', async () => {
    await using one = await createTestDb(ENGINE);
    await using other = await createTestDb(ENGINE);

    await one.db.write((tx) => run(tx.insert(schema.agents).values(AGENT)));

    expect(await one.db.reader.select().from(schema.agents)).toHaveLength(1);
    expect(await other.db.reader.select().from(schema.agents)).toEqual([]);
    expect(await applyAllMigrations(one.db)).toEqual({ applied: [], backup: null });
  });

  test('is a test database by its own word, on the server that was named, and others can open it', async () => {
    await using t = await createTestDb({ ...ENGINE, server: serverOfTests() });
    await using second = await openDatabase(t.url);

    expect(
      await second.reader.select({ environment: schema.databaseIdentity.environment }).from(schema.databaseIdentity),
    ).toEqual([{ environment: 'test' }]);
    expect({ path: t.path, folder: t.folder }).toEqual({ path: t.db.path, folder: null });
    expect(t.path).not.toContain(new URL(t.url).password);
  });

  test('is gone at the end of the scope, also when that is left by an error', async () => {
    const names: string[] = [];
    const failing = async () => {
      await using t = await createTestDb(ENGINE);
      names.push(nameIn(t.url));
      expect(await isThere(nameIn(t.url))).toBe(true);
      throw new Error('expected 2, got 1');
    };

    await expect(failing()).rejects.toThrow('expected 2, got 1');
    expect(await Promise.all(names.map((name) => isThere(name)))).toEqual([false]);
  });

  test('ends once, however often it is disposed of, and may be closed before', async () => {
    const t = await createTestDb(ENGINE);
    await t.db.close();
    await t[Symbol.asyncDispose]();

    await expect(t[Symbol.asyncDispose]()).resolves.toBeUndefined();
    expect(await isThere(nameIn(t.url))).toBe(false);
  });

  test('seeded holds the development data, whose week ends by the clock of the test', async () => {
    vi.useFakeTimers({ now: NOON + 1_000, toFake: ['Date'] });
    await using t = await createTestDb({ ...ENGINE, seeded: true });

    const usage = await t.db.reader.select().from(schema.tokenUsage).orderBy(schema.tokenUsage.recordedAt);

    expect(await t.db.reader.select().from(schema.users)).toHaveLength(3);
    expect(usage.map(({ recordedAt }) => (NOON - recordedAt) / 86_400_000)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  test('stays where IRON_KEEP_TEST_DB says so, under another name', async () => {
    vi.stubEnv('IRON_KEEP_TEST_DB', '1');
    const t = await createTestDb(ENGINE);
    await t[Symbol.asyncDispose]();

    expect(nameIn(t.url)).toMatch(/^iron_kept_/);
    expect(await isThere(nameIn(t.url))).toBe(true);
    await administer(serverOfTests(), (client) => client.query(`DROP DATABASE ${nameIn(t.url)}`));
  });

  test('without a server says what to do', async () => {
    vi.stubEnv('IRON_TEST_POSTGRES_URL', undefined);

    await expect(createTestDb(ENGINE)).rejects.toThrow(NoTestServerError);
  });
});

describe.each([
  ['createTestStorage', createTestStorage],
  ['createTestTracker', createTestTracker],
  ['createTestEnforcer', createTestEnforcer],
])('%s', (_, create) => {
  test('gives services over a database of their own on the server, by the clock of the test', async () => {
    await using one = await create({ ...ENGINE, now: () => NOON });
    await using other = await create(ENGINE);
    const { secret, token } = await one.storage.createToken({ userId: 'alice' });

    expect(token.createdAt).toBe(NOON);
    await expect(one.storage.verifyToken(secret)).resolves.toMatchObject({ userId: 'alice' });
    await expect(other.storage.verifyToken(secret)).rejects.toMatchObject({ code: 'token.invalid' });
    expect(one.db.engine).toBe('postgres');
  });
});
