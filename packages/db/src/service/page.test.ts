import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InvalidCursorError } from './input-errors.ts';
import { makePage, readCursor } from './page.ts';

const page = (rows: readonly number[], limit: number) =>
  makePage(rows, limit, { keyOf: (row) => row, itemOf: (row) => `item ${row}` });

describe('a page of a list', () => {
  test('ends with a cursor that leads on, and the last one without', () => {
    const first = page([1, 2, 3], 2);
    expect(first.items).toEqual(['item 1', 'item 2']);
    expect(readCursor(z.int(), first.nextCursor ?? '')).toBe(2);
    expect(page([3], 2)).toEqual({ items: ['item 3'], nextCursor: null });
    expect(page([], 2)).toEqual({ items: [], nextCursor: null });
  });

  test.each(['', 'nonsense', Buffer.from('"two"').toString('base64url'), Buffer.from('[2]').toString('base64url')])(
    'does not begin at the cursor %j, which it never gave',
    (cursor) => {
      expect(() => readCursor(z.int(), cursor)).toThrow(InvalidCursorError);
    },
  );

  test('begins at the beginning without one', () => {
    expect(readCursor(z.int(), undefined)).toBeUndefined();
  });
});
