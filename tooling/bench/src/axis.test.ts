import { expect, test } from 'vitest';
import { ticksUpTo } from './axis.ts';

test.each([
  [0.35, [0, 0.1, 0.2, 0.3, 0.4]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [7, [0, 2, 4, 6, 8]],
  [30, [0, 5, 10, 15, 20, 25, 30]],
  [841, [0, 200, 400, 600, 800, 1_000]],
  [0, [0, 1]],
  [Number.NaN, [0, 1]],
])('an axis up to %d has round numbers', (highest, ticks) => {
  expect(ticksUpTo(highest)).toEqual(ticks);
});
