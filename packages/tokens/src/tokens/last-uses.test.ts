import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { refuse, refuseNoMore } from '../database-statements.fixture.ts';
import { DAY, MINUTE, testTokens, TIME } from './test-tokens.fixture.ts';
import { TokenStorage } from './token-storage.ts';
import { tokenVerifier } from './token-verifier.ts';

describe('the time of last use', () => {
  test('costs no write a call, and is there when the storage is closed', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    let commits = 0;
    tokens.database.onCommit(() => void (commits += 1));

    for (let call = 1; call <= 1000; call += 1) {
      tokens.clock.at = TIME + call;
      await tokens.storage.verifyToken(secret);
    }
    expect(commits).toBe(0);
    await tokens.storage.close();
    expect(commits).toBe(1);

    expect((await tokens.storage.getToken(token.id)).lastUsedAt).toBe(TIME + 1000);
  });

  test('is written after an interval, many tokens in few commits', async () => {
    await using tokens = await testTokens();
    await using storage = await TokenStorage.open(tokens.database, { now: () => TIME + 5, lastUsedIntervalMs: 1 });
    const made = await Promise.all(
      Array.from({ length: 600 }, async () => await storage.createToken({ userId: 'ada' })),
    );
    await Promise.all(made.map(async ({ secret }) => await storage.verifyToken(secret)));

    const used = tokens.database.reader.statement<[number], { id: number }>(
      'SELECT id FROM api_tokens WHERE last_used_at = ?',
    );
    while ((await used.all(TIME + 5)).length !== 600) await pause(1);
    expect(await used.all(TIME + 5)).toHaveLength(600);
  });

  test('is not set back by a process that writes later what it saw earlier', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    const early = await tokenVerifier(tokens.database, { now: () => TIME + MINUTE });
    const late = await tokenVerifier(tokens.database, { now: () => TIME + DAY });
    await tokens.database.read((reader) => early.verify(reader, secret));
    await tokens.database.read((reader) => late.verify(reader, secret));
    await late.close();
    await early.close();

    expect((await tokens.storage.getToken(token.id)).lastUsedAt).toBe(TIME + DAY);
  });

  test('is not kept for a refused token', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    await tokens.storage.revokeToken({ tokenId: token.id });
    await tokens.storage.verifyToken(secret).catch(() => undefined);
    await tokens.storage.close();

    expect((await tokens.storage.getToken(token.id)).lastUsedAt).toBeNull();
  });

  test('that cannot be written harms no verification', async () => {
    await using tokens = await testTokens();
    const storage = await TokenStorage.open(tokens.database, { lastUsedIntervalMs: 1 });
    const { secret } = await storage.createToken({ userId: 'ada' });
    await refuse(tokens.database, 'UPDATE ON api_tokens', 'not today');

    for (let call = 0; call < 20; call += 1) {
      await pause(2);
      expect((await storage.verifyToken(secret)).userId).toBe('ada');
    }
    await refuseNoMore(tokens.database);
    await storage.close();
  });

  test('that cannot be written is named when the storage is closed', async () => {
    await using tokens = await testTokens();
    const storage = await TokenStorage.open(tokens.database);
    const { secret } = await storage.createToken({ userId: 'ada' });
    await refuse(tokens.database, 'UPDATE ON api_tokens', 'not today');
    await storage.verifyToken(secret);

    await expect(storage.close()).rejects.toThrow('not today');
  });
});
