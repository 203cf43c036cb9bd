import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE, testTokens, TIME } from './test-tokens.fixture.ts';
import { TokenStorage } from './token-storage.ts';
import { tokenVerifier } from './token-verifier.ts';

describe('the time of last use', () => {
  test('costs no write a call, and is there when the storage is closed', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    const changes = () => tokens.database.connection.prepare('SELECT total_changes()').pluck().get();
    const before = changes();

    for (let call = 1; call <= 1000; call += 1) {
      tokens.clock.at = TIME + call;
      await tokens.storage.verifyToken(secret);
    }
    expect(changes()).toBe(before);
    await tokens.storage.close();

    expect((await tokens.storage.getToken(token.id)).lastUsedAt).toBe(TIME + 1000);
  });

  test('is written after an interval, many tokens in few commits', async () => {
    await using tokens = await testTokens();
    await using storage = await TokenStorage.open(tokens.database, { now: () => TIME + 5, lastUsedIntervalMs: 1 });
    const made = await Promise.all(
      Array.from({ length: 600 }, async () => await storage.createToken({ userId: 'ada' })),
    );
    await Promise.all(made.map(async ({ secret }) => await storage.verifyToken(secret)));

    const used = tokens.database.connection.prepare('SELECT count(*) FROM api_tokens WHERE last_used_at = ?').pluck();
    while (used.get(TIME + 5) !== 600) await pause(1);
    expect(used.get(TIME + 5)).toBe(600);
  });

  test('is not set back by a process that writes later what it saw earlier', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    const early = tokenVerifier(tokens.database, { now: () => TIME + MINUTE });
    const late = tokenVerifier(tokens.database, { now: () => TIME + DAY });
    early.verify(secret);
    late.verify(secret);
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

  test('does not go to a new token that got the id of a deleted one', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    await tokens.storage.verifyToken(secret);
    await tokens.storage.deleteToken({ tokenId: token.id });
    tokens.clock.at = TIME + 1;
    const { token: next } = await tokens.storage.createToken({ userId: 'bob' });
    await tokens.storage.close();

    expect(next.id).toBe(token.id);
    expect((await tokens.storage.getToken(next.id)).lastUsedAt).toBeNull();
  });

  test('of a database that is only read is not kept', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-tokens-'));
    const url = `sqlite://${join(folder.path, 'tokens.db')}`;
    await using writing = await TokenStorage.open(`${url}?mode=rwc`);
    const { secret, token } = await writing.createToken({ userId: 'ada' });
    await using reading = await TokenStorage.open(`${url}?mode=ro`);

    expect((await reading.verifyToken(secret)).userId).toBe('ada');
    await reading.close();
    expect((await writing.getToken(token.id)).lastUsedAt).toBeNull();
  });

  test('that cannot be written harms no verification', async () => {
    await using tokens = await testTokens();
    const storage = await TokenStorage.open(tokens.database, { lastUsedIntervalMs: 1 });
    const { secret } = await storage.createToken({ userId: 'ada' });
    tokens.database.connection.exec(`CREATE TRIGGER not_today BEFORE UPDATE ON api_tokens
      BEGIN SELECT RAISE(ABORT, 'not today'); END`);

    for (let call = 0; call < 20; call += 1) {
      await pause(2);
      expect((await storage.verifyToken(secret)).userId).toBe('ada');
    }
    tokens.database.connection.exec('DROP TRIGGER not_today');
    await storage.close();
  });

  test('that cannot be written is named when the storage is closed', async () => {
    await using tokens = await testTokens();
    const storage = await TokenStorage.open(tokens.database);
    const { secret } = await storage.createToken({ userId: 'ada' });
    tokens.database.connection.exec(`CREATE TRIGGER not_today BEFORE UPDATE ON api_tokens
      BEGIN SELECT RAISE(ABORT, 'not today'); END`);
    await storage.verifyToken(secret);

    await expect(storage.close()).rejects.toThrow('not today');
  });
});
