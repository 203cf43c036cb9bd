import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleDecimal } from './decimal.ts';
import { divideRounded } from './round.ts';

describe('scaleDecimal()', () => {
  test.each([
    [0.1, 1, 1n],
    [0.075, 6, 75_000n],
    ['0.075', 6, 75_000n],
    [1.1, 20, 110_000_000_000_000_000_000n],
    [8.333e-8, 12, 83_330n],
    ['4e-07', 12, 400_000n],
    [1e21, 0, 10n ** 21n],
    [5e-324, 324, 5n],
    [0, 12, 0n],
  ])('%s times 10^%i is %s, to the last digit', (value, power, expected) => {
    expect(scaleDecimal(value, power)).toBe(expected);
  });

  test.each([
    ['0.0833333', 6, 83_333n],
    ['2.5', 0, 2n],
    ['3.5', 0, 4n],
    ['2.500000000000000000001', 0, 3n],
  ])('%s times 10^%i is rounded to %s: a half goes to the even one', (value, power, expected) => {
    expect(scaleDecimal(value, power)).toBe(expected);
  });

  test.each([-1, Number.NaN, Infinity, '', ' 1', '1,5', '0x10', '.5', '1e9999', '-0.1', '1_000'])(
    '%s is no price',
    (value) => {
      expect(scaleDecimal(value, 6)).toBe(null);
    },
  );

  test('what has more digits than any price is none', () => {
    expect(scaleDecimal('9'.repeat(400), 6)).not.toBe(null);
    for (const text of ['9'.repeat(401), `0.${'1'.repeat(401)}`]) expect(scaleDecimal(text, 6)).toBe(null);
  });

  test('a decimal of any length comes back whole', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 40n), fc.nat(30), (digits, decimals) => {
        const padded = digits.toString().padStart(decimals + 1, '0');
        const point = padded.length - decimals;
        const text = decimals === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
        expect(scaleDecimal(text, decimals)).toBe(digits);
      }),
    );
  });
});

describe('divideRounded()', () => {
  test('is nearest to the quotient, and even where two are as near', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n), fc.bigInt(1n, 10n ** 6n), (dividend, divisor) => {
        const rounded = divideRounded(dividend, divisor, 'half-even');
        const twiceOff = (rounded * divisor - dividend) * 2n;
        const distance = twiceOff < 0n ? -twiceOff : twiceOff;
        expect(distance <= divisor).toBe(true);
        expect(distance === divisor && rounded % 2n === 1n).toBe(false);
      }),
    );
  });

  test('up is never below the quotient and less than one above it', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n), fc.bigInt(1n, 10n ** 6n), (dividend, divisor) => {
        const excess = divideRounded(dividend, divisor, 'up') * divisor - dividend;
        expect(excess >= 0n && excess < divisor).toBe(true);
      }),
    );
  });
});
