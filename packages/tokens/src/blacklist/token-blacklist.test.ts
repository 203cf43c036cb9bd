import { describe, expect, test } from 'vitest';
import { DAY, type TestTokens, testTokens, TIME } from '../tokens/test-tokens.fixture.ts';
import { TokenBlacklist } from './token-blacklist.ts';

async function openBlacklist({ database, clock }: TestTokens): Promise<TokenBlacklist> {
  return await TokenBlacklist.open(database, { now: () => clock.at });
}

async function entries({ database }: TestTokens): Promise<unknown[]> {
  return await database.reader.statement('SELECT * FROM token_blacklist ORDER BY jti').all();
}

describe('a session that is blacklisted', () => {
  test('is so at once, and until its token expires by itself', async () => {
    await using tokens = await testTokens();
    await using blacklist = await openBlacklist(tokens);
    expect(await blacklist.isBlacklisted('session-1')).toBe(false);

    await blacklist.add({ jti: 'session-1', userId: 'ada', expiresAt: TIME + DAY, actor: { userId: 'ada' } });

    expect(await blacklist.isBlacklisted('session-1')).toBe(true);
    expect(await blacklist.isBlacklisted('session-2')).toBe(false);
    tokens.clock.at = TIME + DAY;
    expect(await blacklist.isBlacklisted('session-1')).toBe(false);
    expect(await tokens.audited()).toEqual(['ada blacklist session session-1']);
  });

  test('twice is so once, until the later time', async () => {
    await using tokens = await testTokens();
    await using blacklist = await openBlacklist(tokens);
    await blacklist.add({ jti: 'session-1', userId: 'ada', expiresAt: TIME + DAY });
    await blacklist.add({ jti: 'session-1', userId: 'ada', expiresAt: TIME + 2 * DAY });
    await blacklist.add({ jti: 'session-1', userId: 'ada', expiresAt: TIME + 1 });

    expect(await entries(tokens)).toEqual([
      { jti: 'session-1', user_id: 'ada', blacklisted_at: TIME, expires_at: TIME + 2 * DAY },
    ]);
    expect(await tokens.audited()).toHaveLength(2);
  });

  test('after its token has expired needs no entry', async () => {
    await using tokens = await testTokens();
    await using blacklist = await openBlacklist(tokens);
    await blacklist.add({ jti: 'session-1', userId: 'ada', expiresAt: TIME });

    expect(await entries(tokens)).toEqual([]);
    expect(await tokens.audited()).toEqual([]);
  });
});

describe('sweep', () => {
  test('removes what has expired and nothing else, in batches between which others write', async () => {
    await using tokens = await testTokens();
    await using blacklist = await openBlacklist(tokens);
    for (let count = 0; count < 25; count += 1) {
      await blacklist.add({ jti: `old-${count}`, userId: 'ada', expiresAt: TIME + 1 + count });
    }
    await blacklist.add({ jti: 'young', userId: 'ada', expiresAt: TIME + DAY });
    tokens.clock.at = TIME + 100;

    const done: string[] = [];
    const sweeping = blacklist.sweep({ batchSize: 10 }).finally(() => done.push('swept'));
    await tokens.storage.createToken({ userId: 'ada' }).finally(() => done.push('written'));

    expect(await sweeping).toBe(25);
    expect(done).toEqual(['written', 'swept']);
    expect(await entries(tokens)).toMatchObject([{ jti: 'young' }]);
    expect(await blacklist.sweep()).toBe(0);
  });
});
