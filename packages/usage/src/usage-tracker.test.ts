import { testDatabase } from '@iron/test-database';
import { describe, expect, test } from 'vitest';
import { PriceStorage } from './prices/price-storage.ts';
import { addToken, DAY, NOON, usageDatabase, valueOf } from './usage-database.fixture.ts';
import { UsageTracker } from './usage-tracker.ts';

const now = () => NOON;
const call = { tokenId: 1, provider: 'openai', model: 'gpt-4o', inputTokens: 1000, outputTokens: 100 };
const unheardOf = { ...call, provider: 'nobody', model: 'unheard-of' };

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no error';
}

describe('UsageTracker', () => {
  test('is durable when its promise resolves: another connection sees the row (litellm#38157: lost on each deploy)', async () => {
    await using shared = await testDatabase({ shared: true });
    await using tracker = await UsageTracker.open(shared.url, { now });
    const other = shared.database;
    await addToken(other, { id: 1, userId: 'ann' });

    const { usageId } = await tracker.recordUsage({ ...call, requestId: 'r' });

    expect(await other.reader.statement('SELECT id, request_id FROM token_usage').all()).toEqual([
      { id: usageId, request_id: 'r' },
    ]);
  });

  test('bills by the built-in prices, and says by which', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });

    const { priceVersion, ...recorded } = await tracker.recordUsage(call);

    expect(recorded).toEqual({ usageId: 1, recorded: true, costNanos: 1000 * 2_500 + 100 * 10_000 });
    expect(priceVersion).toMatch(/^genai-prices@/);
  });

  test('counts a request once that comes many times at once (litellm#34805: popped and pushed again)', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });

    const answers = await Promise.all(
      Array.from({ length: 50 }, () => tracker.recordUsage({ ...call, requestId: 'r' })),
    );

    expect(answers.filter(({ recorded }) => recorded)).toHaveLength(1);
    expect(new Set(answers.map(({ usageId }) => usageId))).toEqual(new Set([1]));
    expect((await tracker.report()).items).toMatchObject([{ requests: 1n, totalTokens: 1100n }]);
  });

  test('refuses one call of a turn without harm to the others', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });
    await tracker.recordUsage({ ...call, requestId: 'taken' });

    const calls = [call, { ...call, tokenId: 99 }, { ...call, requestId: 'taken', inputTokens: 1 }, call];
    const outcomes = await Promise.all(
      calls.map(async (each) => await tracker.recordUsage(each).then(({ recorded }) => recorded, nameOf)),
    );

    expect(outcomes).toEqual([true, 'UnknownTokenError', 'UsageConflictError', true]);
    expect((await tracker.report()).items).toMatchObject([{ requests: 3n }]);
  });

  test('stores what has no price unpriced, lists it, and prices it when there is a price (litellm#36561)', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });
    await using prices = await PriceStorage.open(database, { now });
    await tracker.recordUsage(call);
    await tracker.recordUsage({ ...unheardOf, recordedAt: NOON - DAY });
    expect(await tracker.recordUsage(unheardOf)).toMatchObject({ costNanos: null, priceVersion: null });
    expect((await tracker.unpriced()).items).toEqual([
      { provider: 'nobody', model: 'unheard-of', rows: 2, firstAt: NOON - DAY, lastAt: NOON },
    ]);

    await prices.setPriceOverride({ provider: 'nobody', model: 'unheard-of', input: '1', output: '2' });
    const repriced = await tracker.reprice();

    expect(repriced).toEqual({ rows: 2, priced: 2, unpriced: 0, costChangeNanos: 2n * (1000n * 1000n + 100n * 2000n) });
    expect((await tracker.unpriced()).items).toEqual([]);
    expect((await tracker.report({ groupBy: ['provider'] })).items).toMatchObject([
      { provider: 'nobody', costNanos: 2_400_000n, unpricedRequests: 0n },
      { provider: 'openai', costNanos: 3_500_000n, unpricedRequests: 0n },
    ]);
    expect(await tracker.verifyTotals()).toMatchObject({ days: 2, drifted: 0 });
  });

  test('closes the database that it opened, and no other', async () => {
    const database = await usageDatabase();
    const shared = await UsageTracker.open(database);
    await shared.close();
    expect(await valueOf(database, 'SELECT count(*) FROM token_usage')).toBe(0);

    await using other = await testDatabase({ shared: true });
    const own = await UsageTracker.open(other.url);
    await own.close();
    await expect(own.recordUsage(call)).rejects.toThrow('The database connection is not open');
  });
});
