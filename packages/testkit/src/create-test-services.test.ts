import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { InvalidTokenError } from '@iron/tokens';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestEnforcer, createTestStorage, createTestTracker } from './index.ts';

beforeEach(() => void vi.stubEnv('IRON_KEEP_TEST_DB', undefined));
afterEach(() => void vi.unstubAllEnvs());

const NOON = Date.UTC(2026, 2, 10, 12);

describe.each([
  ['createTestStorage', createTestStorage],
  ['createTestTracker', createTestTracker],
  ['createTestEnforcer', createTestEnforcer],
])('%s', (_, create) => {
  test('gives services over a database of their own', async () => {
    await using one = await create();
    await using other = await create();
    const { secret } = await one.storage.createToken({ userId: 'alice' });

    await expect(one.storage.verifyToken(secret)).resolves.toMatchObject({ userId: 'alice' });
    await expect(other.storage.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
    expect(one.db.path).toBe(one.path);
    expect(dirname(one.path)).toBe(one.folder);
  });

  test('takes what createTestDb takes', async () => {
    await using t = await create({ memory: true, seeded: true });

    await expect(t.storage.verifyToken('iron_dev_pm_token_002')).resolves.toMatchObject({ projectId: 'project_beta' });
    expect([t.path, t.folder]).toEqual([':memory:', null]);
  });

  test('tells the time by the clock of the test', async () => {
    await using t = await create({ now: () => NOON });
    const { token } = await t.storage.createToken({ userId: 'alice' });
    expect(token.createdAt).toBe(NOON);
  });

  test('is gone with its folder at the end of the scope, and closed', async () => {
    const left = await (async () => {
      await using t = await create();
      return t;
    })();

    expect(left.db.connection.open).toBe(false);
    expect(existsSync(left.folder)).toBe(false);
  });

  test('ends once, however often it is disposed of, and its database may be closed before', async () => {
    const t = await create();
    const { secret } = await t.storage.createToken({ userId: 'alice' });
    await t.storage.verifyToken(secret);
    t.db.close();
    await t[Symbol.asyncDispose]();

    await expect(t[Symbol.asyncDispose]()).resolves.toBeUndefined();
    expect(existsSync(t.folder)).toBe(false);
  });

  test('lets a service write what it has left to write before the database is closed', async () => {
    vi.stubEnv('IRON_KEEP_TEST_DB', '1');
    const { path, folder } = await (async () => {
      await using t = await create({ now: () => NOON });
      const { secret } = await t.storage.createToken({ userId: 'alice' });
      await t.storage.verifyToken(secret);
      return t;
    })();
    using kept = await openSqliteDatabase({ kind: 'file', path, mode: 'ro' });

    expect(kept.connection.prepare('SELECT last_used_at FROM api_tokens').pluck().all()).toEqual([NOON]);
    rmSync(folder, { recursive: true });
  });
});

test('createTestTracker counts what the tokens of its storage use', async () => {
  await using t = await createTestTracker({ now: () => NOON });
  const { token } = await t.storage.createToken({ userId: 'alice' });
  const call = { tokenId: token.id, provider: 'openai', model: 'gpt-4o', inputTokens: 100, outputTokens: 10 };

  await expect(t.tracker.recordUsage(call)).resolves.toMatchObject({ recorded: true });

  const usage = t.db.connection.prepare('SELECT token_id, total_tokens, recorded_at FROM token_usage').all();
  expect(usage).toEqual([{ token_id: token.id, total_tokens: 110, recorded_at: NOON }]);
});

test('createTestEnforcer limits users, by the clock of the test', async () => {
  let now = NOON;
  await using t = await createTestEnforcer({ now: () => now });
  await t.enforcer.createLimit({ userId: 'alice', maxTokensPerDay: 100 });
  await t.enforcer.hold({ userId: 'alice', tokens: 100, costNanos: 0 });

  await expect(t.enforcer.checkTokensAllowed({ userId: 'alice', tokens: 1 })).resolves.toBe(false);
  now += 86_400_000;
  await expect(t.enforcer.checkTokensAllowed({ userId: 'alice', tokens: 100 })).resolves.toBe(true);
});
