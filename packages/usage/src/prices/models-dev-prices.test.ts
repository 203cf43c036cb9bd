import { describe, expect, test } from 'vitest';
import { readModelsDevPrices } from './models-dev-prices.ts';
import { InvalidPriceListError } from './price-errors.ts';

function aProvider(models: Readonly<Record<string, unknown>>) {
  return { openai: { id: 'openai', name: 'OpenAI', env: ['OPENAI_API_KEY'], models } };
}

function priceOf(cost: unknown) {
  return readModelsDevPrices(aProvider({ m: { id: 'm', name: 'M', cost } })).list[0]?.models[0]?.prices[0];
}

describe('readModelsDevPrices()', () => {
  test('dollars a million tokens become pico-dollars, exactly, and every kind of token has its own', () => {
    const cost = {
      input: 2.5,
      output: 10,
      reasoning: 12,
      cache_read: 0.3125,
      cache_write: 3.125,
      input_audio: 40,
      output_audio: 80,
    };
    expect(priceOf(cost)).toEqual({
      input: 2_500_000,
      output: 10_000_000,
      reasoning: 12_000_000,
      cachedInput: 312_500,
      cacheWrite: 3_125_000,
      audioInput: 40_000_000,
      audioOutput: 80_000_000,
    });
  });

  test('prices for longer inputs become tiers, in the newer form and in the older one', () => {
    const over = { input: 4, output: 15, cache_read: 0.4 };
    const tier = { over: 200_000, input: 4_000_000, output: 15_000_000, cachedInput: 400_000 };
    const newer = [{ ...over, tier: { type: 'context', size: 200_000 } }];
    expect(priceOf({ input: 2, output: 10, context_over_200k: over })?.tiers).toEqual([tier]);
    expect(priceOf({ input: 2, output: 10, tiers: newer, context_over_200k: over })?.tiers).toEqual([tier]);
    expect(priceOf({ input: 2, output: 10, tiers: [], context_over_200k: over })?.tiers).toEqual([tier]);
  });

  test('a price of zero is a price; a model without one is unpriced and listed', () => {
    const { models, unpriced } = readModelsDevPrices(
      aProvider({ free: { cost: { input: 0, output: 0 } }, plan: { id: 'plan' }, half: { cost: { input: 1 } } }),
    );
    expect(models).toBe(1);
    expect(unpriced).toEqual(['openai/plan', 'openai/half']);
  });

  test('what Iron does not count is told', () => {
    expect(priceOf({ input: 1, output: 1, per_image: 3 })?.notCounted).toEqual(['per_image']);
    expect(priceOf({ input: 1, output: 1, constructor: 3 })?.notCounted).toEqual(['constructor']);
    const tiers = [{ input: 2, per_image: 3, tiers: [{ input: 4 }], tier: { type: 'context', size: 1_000 } }];
    expect(priceOf({ input: 1, output: 1, tiers })?.notCounted).toEqual(['per_image', 'tiers']);
  });

  test('a provider is found by the name that the built-in list has for it, too', () => {
    const models = { m: { cost: { input: 1, output: 1 } } };
    const { list } = readModelsDevPrices({
      'amazon-bedrock': { models },
      google: { models },
      'google-vertex': { models },
    });
    expect(list.map(({ provider, match }) => [provider, match])).toEqual([
      ['amazon-bedrock', { or: [{ equals: 'aws' }] }],
      ['google', undefined],
      ['google-vertex', undefined],
    ]);
  });

  test('an entry that is wrong is named, and nothing is imported', () => {
    const json = {
      ...aProvider({
        good: { cost: { input: 1, output: 1 } },
        bad: { cost: { input: '1 dollar', output: 1 } },
        worse: { cost: 3 },
        tiered: { cost: { input: 1, output: 1, tiers: [{ input: 2, tier: { type: 'time', size: 3 } }] } },
        older: { cost: { input: 1, output: 1, context_over_200k: 2 } },
      }),
      empty: {},
      '': { models: { m: { cost: { input: 1, output: 1 } } } },
    };
    const read = () => readModelsDevPrices(json);
    expect(read).toThrow(InvalidPriceListError);
    expect(read).toThrow(
      'openai/bad: input is not a price: 1 dollar; openai/worse: cost is not an object; openai/tiered:',
    );
    expect(read).toThrow('openai/older: it has a tier');
    expect(read).toThrow('empty: it has no models');
    expect(read).toThrow('a provider: it has no name');
  });
});
