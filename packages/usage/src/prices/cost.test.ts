import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TokenCounts, costOf, estimateCost } from './cost.ts';
import { type GivenRates, type ModelPrice, completeRates } from './model-price.ts';
import { CostTooLargeError, InvalidTokenCountsError } from './price-errors.ts';

/** A price in dollars a million tokens, which are nano-dollars a thousand. */
function aPrice(dollars: GivenRates, about: Partial<ModelPrice> = {}): ModelPrice {
  const picos = Object.fromEntries(Object.entries(dollars).map(([kind, rate]) => [kind, (rate ?? 0) * 1_000_000]));
  return { base: completeRates(picos), tiers: [], perRequest: 0, notCounted: [], ...about };
}

const CLAUDE = aPrice({ input: 3, cachedInput: 0.3, cacheWrite: 3.75, output: 15 });
const REALTIME = aPrice({
  input: 4,
  cachedInput: 0.4,
  audioInput: 32,
  cachedAudio: 0.5,
  output: 16,
  audioOutput: 64,
});

describe('costOf()', () => {
  test('cached tokens are not counted twice (langfuse#10592, #12306)', () => {
    const call = { inputTokens: 10_000, outputTokens: 0, cachedInputTokens: 9_000, cacheWriteTokens: 500 };
    expect(costOf(call, CLAUDE)).toBe(500 * 3_000 + 9_000 * 300 + 500 * 3_750);
  });

  test('reasoning is a part of the output, at its own price where it has one', () => {
    const call = { inputTokens: 0, outputTokens: 1_000, reasoningTokens: 400 };
    expect(costOf(call, aPrice({ input: 2, output: 8 }))).toBe(1_000 * 8_000);
    expect(costOf(call, aPrice({ input: 2, output: 8, reasoning: 3 }))).toBe(600 * 8_000 + 400 * 3_000);
  });

  test('audio is billed where it was said to be', () => {
    const call = { inputTokens: 1_000, outputTokens: 500, audioTokens: 900, audioOutputTokens: 200 };
    expect(costOf(call, REALTIME)).toBe(300 * 4_000 + 700 * 32_000 + 300 * 16_000 + 200 * 64_000);
  });

  test('audio of which only the sum is known is billed where it costs more', () => {
    const call = { inputTokens: 1_000, outputTokens: 500, audioTokens: 900 };
    expect(costOf(call, REALTIME)).toBe(600 * 4_000 + 400 * 32_000 + 500 * 64_000);
    const hearsOnly = aPrice({ input: 1, audioInput: 3, output: 10 });
    expect(costOf(call, hearsOnly)).toBe(100 * 1_000 + 900 * 3_000 + 500 * 10_000);
  });

  test('audio counts as cached only where no other input is left for it', () => {
    const call = {
      inputTokens: 1_000,
      outputTokens: 0,
      cachedInputTokens: 600,
      audioTokens: 700,
      audioOutputTokens: 0,
    };
    expect(costOf(call, REALTIME)).toBe(400 * 32_000 + 300 * 500 + 300 * 400);
  });

  test('all of a call has the price of its tier, from the first token above the threshold', () => {
    const [base, over] = [aPrice({ input: 1, output: 10 }).base, aPrice({ input: 2, output: 15 }).base];
    const price = aPrice({}, { base, tiers: [{ ...over, over: 200_000 }] });
    expect(costOf({ inputTokens: 200_000, outputTokens: 10 }, price)).toBe(200_000 * 1_000 + 10 * 10_000);
    expect(costOf({ inputTokens: 200_001, outputTokens: 10 }, price)).toBe(200_001 * 2_000 + 10 * 15_000);
  });

  test('a price of a request is paid for each', () => {
    const price = aPrice({ input: 1, output: 1 }, { perRequest: 5_000_000_000 });
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, price)).toBe(5_000_000);
    expect(costOf({ inputTokens: 0, outputTokens: 0, requestsCount: 3 }, price)).toBe(15_000_000);
  });

  test.each([
    [500, 0],
    [501, 1],
    [1_500, 2],
    [2_500, 2],
    [2_501, 3],
  ])('%i pico-dollars are %i nano-dollars: rounded once, a half to the even one', (picos, nanos) => {
    const price = aPrice({}, { perRequest: picos });
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, price)).toBe(nanos);
  });

  test('a sum beyond 2^53 pico-dollars is exact', () => {
    const price = aPrice({}, { base: completeRates({ input: 999_999_500, output: 1 }) });
    expect(costOf({ inputTokens: 90_071_995, outputTokens: 1 }, price)).toBe(90_071_949_964_003);
  });

  test('more than one call may cost is refused', () => {
    const price = aPrice({}, { base: completeRates({ input: 1_000_000, output: 0 }) });
    const call = { inputTokens: 100_000_000_000, outputTokens: 0 };
    expect(costOf(call, price)).toBe(100_000_000_000_000);
    expect(() => costOf({ ...call, inputTokens: 100_000_000_001 }, price)).toThrow(CostTooLargeError);
    expect(() => estimateCost({ inputTokens: 100_000_000_001, maxOutputTokens: 0 }, price)).toThrow(CostTooLargeError);
  });

  test('a cost that a number does not hold exactly is refused, not approximated', () => {
    const call = { inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 0 };
    expect(() => costOf(call, aPrice({ input: 1_000, output: 0 }))).toThrow(CostTooLargeError);
    expect(() => estimateCost({ inputTokens: 2 ** 52, maxOutputTokens: 0 }, CLAUDE)).toThrow(CostTooLargeError);
  });

  test.each<[string, TokenCounts]>([
    ['cached', { inputTokens: 10, outputTokens: 0, cachedInputTokens: 6, cacheWriteTokens: 5 }],
    ['reasoning', { inputTokens: 10, outputTokens: 3, reasoningTokens: 4 }],
    ['audio tokens than tokens', { inputTokens: 10, outputTokens: 3, audioTokens: 14 }],
    ['audio output tokens than audio', { inputTokens: 10, outputTokens: 3, audioTokens: 1, audioOutputTokens: 2 }],
    ['reasoning tokens than output', { inputTokens: 10, outputTokens: 3, audioTokens: 9, audioOutputTokens: 4 }],
    ['-1', { inputTokens: -1, outputTokens: 3 }],
    ['1.5', { inputTokens: 1.5, outputTokens: 3 }],
    ['NaN', { inputTokens: 1, outputTokens: Number.NaN }],
  ])('counts that cannot be are refused: %s', (what, call) => {
    expect(() => costOf(call, CLAUDE)).toThrow(InvalidTokenCountsError);
    expect(() => costOf(call, CLAUDE)).toThrow(what);
  });
});

describe('estimateCost()', () => {
  test('is rounded up, where a bill is rounded to the nearest', () => {
    const price = aPrice({}, { base: completeRates({ input: 1, output: 0 }) });
    expect(estimateCost({ inputTokens: 1, maxOutputTokens: 0 }, price)).toBe(1);
    expect(costOf({ inputTokens: 1, outputTokens: 0 }, price)).toBe(0);
  });

  test('is for input that is written to a cache, where that costs more', () => {
    expect(estimateCost({ inputTokens: 1_000, maxOutputTokens: 100 }, CLAUDE)).toBe(1_000 * 3_750 + 100 * 15_000);
  });

  test('is for the dearest tier that it may end in, each kind of token by itself', () => {
    const base = completeRates({ input: 2_000, output: 2_000 });
    const price = aPrice({}, { base, tiers: [{ ...completeRates({ input: 1_000, output: 3_000 }), over: 1_000 }] });
    expect(estimateCost({ inputTokens: 1_000, maxOutputTokens: 10 }, price)).toBe(1_000 * 2 + 10 * 2);
    expect(estimateCost({ inputTokens: 1_001, maxOutputTokens: 10 }, price)).toBe(1_001 * 2 + 10 * 3);
  });

  test('no call that keeps to its estimate costs more than was estimated', () => {
    fc.assert(
      fc.property(anyPrice, anyCall, fc.nat(1_000), (price, call, unused) => {
        const estimate = {
          inputTokens: call.inputTokens + unused,
          maxOutputTokens: call.outputTokens + unused,
          audioTokens: call.audioTokens,
        };
        expect(costOf(call, price)).toBeLessThanOrEqual(estimateCost(estimate, price));
      }),
    );
  });
});

const anyRate = fc.nat(100_000_000);
const anyRates = fc
  .record({ input: anyRate, output: anyRate, cachedInput: anyRate, cacheWrite: anyRate, reasoning: anyRate })
  .chain((given) =>
    fc
      .record({ audioInput: anyRate, cachedAudio: anyRate, audioOutput: anyRate })
      .map((audio) => ({ ...given, ...audio })),
  );
const anyPrice = fc
  .record({ base: anyRates, tiers: fc.array(anyRates, { maxLength: 3 }), perRequest: anyRate })
  .map(({ base, tiers, perRequest }): ModelPrice => ({
    base,
    tiers: tiers.map((rates, index) => ({ ...rates, over: (index + 1) * 3_000 })),
    perRequest,
    notCounted: [],
  }));

/** The parts first, so that they are never more than their whole. */
const anyCall = fc
  .record({
    fresh: fc.nat(5_000),
    cached: fc.nat(5_000),
    written: fc.nat(5_000),
    reasoning: fc.nat(5_000),
    text: fc.nat(5_000),
  })
  .chain((parts) => {
    const inputTokens = parts.fresh + parts.cached + parts.written;
    const outputTokens = parts.reasoning + parts.text;
    return fc.nat(inputTokens + outputTokens).map((audioTokens) => ({
      inputTokens,
      outputTokens,
      cachedInputTokens: parts.cached,
      cacheWriteTokens: parts.written,
      reasoningTokens: parts.reasoning,
      audioTokens,
    }));
  });
