import { describe, expect, test } from 'vitest';
import { commaList } from './comma-list.ts';
import { oneOf } from './one-of.ts';
import { usd } from './usd-flag.ts';

describe('dollars', () => {
  test.each([
    ['20', 20_000_000_000],
    ['0.005', 5_000_000],
    ['0.000000001', 1],
    ['9007199.254740991', Number.MAX_SAFE_INTEGER],
    ['0.1', 100_000_000],
    ['007', 7_000_000_000],
  ])('%s are counted in nano-dollars, exactly', (typed, nanos) => {
    expect(usd().parse(typed)).toBe(nanos);
  });

  test.each(['', '$5', '1,000', '1e3', '.5', '5.', '0.0000000001', '-1', '9007199.254740992', 'NaN'])(
    '"%s" is refused',
    (typed) => {
      expect(usd().safeParse(typed).success).toBe(false);
    },
  );

  test('may be below zero only where that means something', () => {
    expect(usd({ belowZero: true }).parse('-1.50')).toBe(-1_500_000_000);
    expect(usd({ belowZero: true }).parse('-0.000000001')).toBe(-1);
  });
});

describe('a list', () => {
  test.each([
    ['openai', ['openai']],
    ['openai,anthropic', ['openai', 'anthropic']],
    [' usage:read , tokens:read ', ['usage:read', 'tokens:read']],
    ['', []],
  ])('"%s" is split at its commas', (typed, words) => {
    expect(commaList().parse(typed)).toEqual(words);
  });

  test.each(['a,,b', ',', 'a,'])('"%s", with nothing between commas, is refused', (typed) => {
    expect(commaList().safeParse(typed).success).toBe(false);
  });
});

test('one of a few words is one of them, and the others are named', () => {
  const colour = oneOf<'red' | 'green'>({ red: 'red', green: 'green' });
  expect(colour.parse('red')).toBe('red');
  expect(colour.safeParse('constructor').error?.issues[0]?.message).toBe('must be one of red, green');
});
