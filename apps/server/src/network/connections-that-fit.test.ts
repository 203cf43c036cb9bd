import { expect, test } from 'vitest';
import { connectionsThatFit } from './connections-that-fit.ts';

test.each([
  [20_000, 1_048_576, 20_000],
  [20_000, 4_096, 3_796],
  [20_000, 256, 128],
  [20_000, Number.POSITIVE_INFINITY, 20_000],
])(
  'of %i connections, where %i files may be open, there may be %i: the database needs some files',
  (most, files, fitting) => {
    expect(connectionsThatFit(most, files)).toBe(fitting);
  },
);

test('the limit is that of this process', () => {
  expect(connectionsThatFit(10)).toBe(10);
  expect(connectionsThatFit(Number.MAX_SAFE_INTEGER)).toBeGreaterThan(100);
});
