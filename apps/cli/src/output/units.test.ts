import { expect, test } from 'vitest';
import { showAge, showCount, showSize, showTime, showUsd } from './units.ts';

test('times are shown in UTC, to the second', () => {
  expect(showTime(Date.UTC(2026, 1, 28, 23, 59, 59, 999))).toBe('2026-02-28 23:59:59 UTC');
});

test('a number that is no time, as a damaged row may hold, is shown as it is', () => {
  expect(showTime(1e17)).toBe('100000000000000000');
});

test.each([
  [-5000, '0 seconds'],
  [999, '0 seconds'],
  [1000, '1 second'],
  [59_999, '59 seconds'],
  [60_000, '1 minute'],
  [7_199_999, '1 hour'],
  [86_400_000 * 12.5, '12 days'],
])('an age of %i ms is shown as %s', (milliseconds, expected) => {
  expect(showAge(milliseconds)).toBe(expected);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [258_048, '252.0 KiB'],
  [1024 ** 2 - 1, '1024.0 KiB'],
  [1024 ** 3 * 1.5, '1.5 GiB'],
  [1024 ** 5, '1024.0 TiB'],
])('%i bytes are shown as %s', (bytes, expected) => {
  expect(showSize(bytes)).toBe(expected);
});

test('one is singular, everything else is plural', () => {
  expect([0, 1, 2].map((count) => showCount(count, 'index', 'indexes'))).toEqual(['0 indexes', '1 index', '2 indexes']);
});

test.each([
  [0, '$0.00'],
  [20_000_000_000, '$20.00'],
  [350_000, '$0.00035'],
  [1, '$0.000000001'],
  [100_000_000, '$0.10'],
  [-1_500_000_000, '-$1.50'],
  [9_007_199_254_740_993n, '$9007199.254740993'],
  ['123456789012345678901', '$123456789012.345678901'],
])('%s nano-dollars are shown as %s, exactly', (nanos, expected) => {
  expect(showUsd(nanos)).toBe(expected);
});
