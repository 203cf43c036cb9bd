import { expect, test } from 'vitest';
import { bar, gauge } from './bar.ts';

test.each([
  [0, 10, ''],
  [10, 10, '██████████'],
  [5, 10, '█████'],
  [1, 16, '▋'],
  [1, 1_000_000, '▏'],
  [20, 10, '██████████'],
  [-1, 10, ''],
  [3, 0, ''],
])('%i of %i is drawn as "%s"', (part, whole, drawn) => {
  expect(bar(part, whole, 10)).toBe(drawn);
});

test.each([
  [{ used: 0, held: 0, whole: 100 }, '░░░░░░░░░░'],
  [{ used: 50, held: 20, whole: 100 }, '█████▒▒░░░'],
  [{ used: 1, held: 0, whole: 100 }, '█░░░░░░░░░'],
  [{ used: 99, held: 1, whole: 100 }, '██████████'],
  [{ used: 150, held: 10, whole: 100 }, '██████████'],
  [{ used: 0, held: 0, whole: 0 }, '██████████'],
])('%j is %s', (amounts, drawn) => {
  expect(gauge(amounts, 10)).toBe(drawn);
});
