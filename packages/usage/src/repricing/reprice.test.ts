import { describe, expect, test } from 'vitest';
import { completeRates } from '../prices/model-price.ts';
import type { PriceBook } from '../prices/price-book.ts';
import { aUsageRow, columnOf, DAY, insertRows, listsOf, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { verifyTotals } from '../totals/verify-totals.ts';
import { reprice } from './reprice.ts';
import { listUnpriced } from './unpriced.ts';

const UNPRICED = { costNanos: null, priceVersion: null };

/** One nano-dollar a token, for models of openai. */
const prices: Pick<PriceBook, 'find'> = {
  find: ({ provider }) =>
    provider === 'openai'
      ? {
          price: { base: completeRates({ input: 1000, output: 1000 }), tiers: [], perRequest: 0, notCounted: [] },
          version: 'test@2',
          source: 'override',
        }
      : null,
};
const now = () => NOON + DAY;

describe('reprice', () => {
  test('prices what has no price in several commits, and leaves the rest', async () => {
    const database = await usageDatabase();
    const many = Array.from({ length: 2_500 }, (_, index) =>
      aUsageRow({ ...UNPRICED, recordedAt: NOON - (index % 7) * DAY }),
    );
    await insertRows(database, [...many, aUsageRow(), aUsageRow({ ...UNPRICED, provider: 'nobody' })]);

    const report = await reprice({ database, now, prices }, {});

    expect(report).toEqual({ rows: 2_501, priced: 2_500, unpriced: 1, costChangeNanos: 2_500n * 110n });
    expect(
      await listsOf(database, 'SELECT price_version, count(*) FROM token_usage GROUP BY 1 ORDER BY 1 NULLS FIRST'),
    ).toEqual([
      [null, 1],
      ['test@1', 1],
      ['test@2', 2_500],
    ]);
    expect(await verifyTotals(database)).toEqual({ days: 7, drifted: 0, drifts: [] });
  });

  test('with all bills anew what had another price, but no cost that the caller gave', async () => {
    const database = await usageDatabase();
    await insertRows(database, [
      aUsageRow(),
      aUsageRow({ costNanos: 5, priceVersion: 'given' }),
      aUsageRow({ provider: 'nobody', costNanos: 9, priceVersion: 'test@1' }),
      aUsageRow({ ...UNPRICED, recordedAt: NOON - DAY }),
    ]);

    const report = await reprice({ database, now, prices }, { all: true });

    expect(report).toEqual({ rows: 3, priced: 2, unpriced: 0, costChangeNanos: 110n - 350_000n + 110n });
    expect(await columnOf(database, 'SELECT cost_nanos FROM token_usage ORDER BY id')).toEqual([110, 5, 9, 110]);
    expect(await reprice({ database, now, prices }, { all: true })).toMatchObject({
      rows: 3,
      priced: 0,
      costChangeNanos: 0n,
    });
  });

  test('leaves unpriced what cannot be billed, and prices the rest', async () => {
    const database = await usageDatabase();
    await insertRows(database, [aUsageRow({ ...UNPRICED, cachedInputTokens: 101 }), aUsageRow(UNPRICED)]);

    expect(await reprice({ database, now, prices }, {})).toEqual({
      rows: 2,
      priced: 1,
      unpriced: 1,
      costChangeNanos: 110n,
    });
  });

  test.each([
    [{}, 4_400],
    [{ provider: 'nobody' }, 4_400],
    [{ model: 'a' }, 2_200],
    [{ provider: 'nobody', model: 'a' }, 2_200],
    [{ provider: 'nobody', model: 'a', from: NOON - 2 }, 1_320],
    [{ all: true }, 4_400],
  ])('looks once at each row that %j asks for, over many reads', async (order, rows) => {
    const database = await usageDatabase();
    const unpriced = { ...UNPRICED, provider: 'nobody' };
    await insertRows(
      database,
      Array.from({ length: 4_400 }, (_, index) =>
        aUsageRow({ ...unpriced, model: index % 2 === 0 ? 'a' : 'b', recordedAt: NOON - (index % 5) }),
      ),
    );

    expect(await reprice({ database, now, prices }, order)).toMatchObject({ rows, unpriced: rows });
  });

  test('keeps to a model and a range of time, and leaves one row in the audit log', async () => {
    const database = await usageDatabase();
    await insertRows(database, [
      aUsageRow({ ...UNPRICED, model: 'a' }),
      aUsageRow({ ...UNPRICED, model: 'b' }),
      aUsageRow({ ...UNPRICED, model: 'a', recordedAt: NOON - DAY }),
    ]);

    await reprice({ database, now, prices }, { model: 'a', from: NOON, actor: { userId: 'ann' } });

    expect(await columnOf(database, 'SELECT cost_nanos FROM token_usage ORDER BY id')).toEqual([110, null, null]);
    expect(await listsOf(database, 'SELECT action, actor_user_id, changes FROM audit_log')).toEqual([
      ['reprice', 'ann', JSON.stringify({ provider: null, model: 'a', from: NOON, to: NOON + DAY + 1, all: false })],
    ]);
  });
});

describe('unpriced', () => {
  test('lists models by name, page by page', async () => {
    const database = await usageDatabase();
    await insertRows(
      database,
      ['c', 'a', 'b', 'a'].map((model) => aUsageRow({ ...UNPRICED, model })),
    );

    const first = await listUnpriced(database, { limit: 2 });
    const second = await listUnpriced(database, { limit: 2, cursor: first.nextCursor });

    expect(first.items.map(({ model, rows }) => [model, rows])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(second.items.map(({ model, rows }) => [model, rows])).toEqual([['c', 1]]);
    expect(second.nextCursor).toBe(null);
    expect((await listUnpriced(database, { provider: 'nobody' })).items).toEqual([]);
  });
});
