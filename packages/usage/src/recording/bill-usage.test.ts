import { describe, expect, test } from 'vitest';
import { completeRates } from '../prices/model-price.ts';
import type { PriceBook, PriceQuery } from '../prices/price-book.ts';
import { NOON } from '../usage-database.fixture.ts';
import { billUsage } from './bill-usage.ts';
import { parseUsage } from './usage.ts';

const call = { tokenId: 1, provider: 'openai', model: 'gpt-4o', inputTokens: 100, outputTokens: 10 };
/** 2.5 and 10 USD a million tokens, from noon on. */
const price = {
  base: completeRates({ input: 2_500_000, output: 10_000_000 }),
  tiers: [],
  perRequest: 0,
  notCounted: [],
};
const prices: Pick<PriceBook, 'find'> = {
  find: ({ model, at }: PriceQuery) =>
    model === 'gpt-4o' && at >= NOON ? { price, version: 'test@1', source: 'override' } : null,
};

describe('billUsage', () => {
  test('bills by the price of the moment, and says which', () => {
    expect(billUsage(parseUsage(call), prices, NOON)).toMatchObject({
      recordedAt: NOON,
      costNanos: 350_000,
      priceVersion: 'test@1',
    });
  });

  test('bills a call of the past by the price of its own time', () => {
    const earlier = parseUsage({ ...call, recordedAt: NOON - 1 });
    expect(billUsage(earlier, prices, NOON)).toMatchObject({ recordedAt: NOON - 1, costNanos: null });
  });

  test('leaves a model without a price unpriced: that is not zero (litellm#36561, litellm#30715)', () => {
    expect(billUsage(parseUsage({ ...call, model: 'new' }), prices, NOON)).toMatchObject({
      costNanos: null,
      priceVersion: null,
    });
  });

  test('takes the cost that the caller gives, also one of zero', () => {
    expect(billUsage(parseUsage({ ...call, costNanos: 0 }), prices, NOON)).toMatchObject({
      costNanos: 0,
      priceVersion: 'given',
    });
  });
});
