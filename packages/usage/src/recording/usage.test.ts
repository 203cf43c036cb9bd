import { InvalidInputError } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { InvalidCountError, TotalsDoNotAddUpError } from '../usage-errors.ts';
import { parseUsage } from './usage.ts';

const call = { tokenId: 1, provider: 'openai', model: 'gpt-4o', inputTokens: 100, outputTokens: 10 };

describe('parseUsage', () => {
  test('adds up input and output where no total is given, and counts one request', () => {
    expect(parseUsage(call)).toEqual({
      ...call,
      requestId: null,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      audioTokens: 0,
      totalTokens: 110,
      requestsCount: 1,
      recordedAt: null,
      costNanos: null,
    });
  });

  test('takes a total that holds more than input and output', () => {
    expect(parseUsage({ ...call, totalTokens: 150 }).totalTokens).toBe(150);
  });

  test('takes the largest call there may be', () => {
    const largest = { totalTokens: 10 ** 12, requestsCount: 10 ** 12, costNanos: 10 ** 14 };
    expect(parseUsage({ ...call, ...largest })).toMatchObject(largest);
  });

  test.each([
    [{ totalTokens: 109 }, '100 input and 10 output tokens are not in a total of 109'],
    [{ cachedInputTokens: 60, cacheWriteTokens: 41 }, '101 cached and cache-write tokens are more than the 100 input'],
    [{ reasoningTokens: 11 }, '11 reasoning tokens are more than the 10 output tokens'],
    [{ audioTokens: 111, totalTokens: 500 }, '111 audio tokens are more than the 110 tokens of input and output'],
  ])('refuses totals that do not add up: %j', (about, problem) => {
    expect(() => parseUsage({ ...call, ...about })).toThrow(TotalsDoNotAddUpError);
    expect(() => parseUsage({ ...call, ...about })).toThrow(problem);
  });

  test.each([
    ['inputTokens', -1, 'inputTokens must be a whole number from 0 to 1000000000000, not -1.'],
    ['outputTokens', 1.5, 'outputTokens must be a whole number from 0 to 1000000000000, not 1.5.'],
    ['totalTokens', 10 ** 12 + 1, 'totalTokens must be a whole number from 0 to 1000000000000, not 1000000000001.'],
    ['inputTokens', 10 ** 12, 'totalTokens must be a whole number from 0 to 1000000000000, not 1000000000010.'],
    ['costNanos', 10 ** 14 + 1, 'costNanos must be a whole number from 0 to 100000000000000, not 100000000000001.'],
    ['cachedInputTokens', Number.NaN, 'not NaN.'],
    ['cacheWriteTokens', Infinity, 'not Infinity.'],
    ['reasoningTokens', '7', 'not string.'],
    ['audioTokens', 7n, 'not 7.'],
    ['requestsCount', null, 'not object.'],
    ['costNanos', -1, 'costNanos must be'],
    ['inputTokens', undefined, 'not undefined.'],
  ])('refuses %s of %s by name', (field, value, problem) => {
    expect(() => parseUsage({ ...call, [field]: value })).toThrow(InvalidCountError);
    expect(() => parseUsage({ ...call, [field]: value })).toThrow(problem);
  });

  test('refuses a field that it does not know, by name (bifrost#5673: an ignored field lost a budget)', () => {
    expect(() => parseUsage({ ...call, cachedTokens: 5 })).toThrow(InvalidInputError);
    expect(() => parseUsage({ ...call, cachedTokens: 5 })).toThrow('recordUsage: there is no field cachedTokens.');
  });

  test.each([
    [{ recordedAt: 1_733_927_400 }, 'recordedAt: '],
    [{ recordedAt: 1_733_927_400_000_000 }, 'recordedAt: '],
    [{ requestId: '' }, 'requestId: must be 1 to 200 characters'],
    [{ requestId: 'r'.repeat(201) }, 'requestId: must be 1 to 200 characters'],
    [{ provider: 'open\0ai' }, 'provider: must be 1 to 100 characters of valid Unicode without NUL'],
    [{ model: '\uD800' }, 'model: must be 1 to 200 characters of valid Unicode without NUL'],
    [{ tokenId: 1.5 }, 'tokenId: '],
    [{ tokenId: 'sk-secret-secret' }, 'tokenId: '],
  ])('refuses %j', (about, problem) => {
    expect(() => parseUsage({ ...call, ...about })).toThrow(InvalidInputError);
    expect(() => parseUsage({ ...call, ...about })).toThrow(problem);
  });

  test('never repeats a text that it refuses', () => {
    expect(() => parseUsage({ ...call, inputTokens: 'sk-secret-secret' })).not.toThrow('sk-secret');
    expect(() => parseUsage({ ...call, provider: `sk-secret${'t'.repeat(100)}` })).not.toThrow('sk-secret');
    const misplaced = { ...call, 'sk-secret-secret': 1 };
    expect(() => parseUsage(misplaced)).toThrow('recordUsage: there is no field (a name that is not shown).');
  });
});
