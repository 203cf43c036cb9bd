import { expect, test } from 'vitest';
import * as operations from './operations.ts';
import { ENDPOINTS } from './endpoints.ts';

test('every operation of the API can be called by its name, and nothing else', () => {
  const named = Object.entries(operations).map(([name, { id }]) => ({ name, id }));
  expect(named.filter(({ name, id }) => name !== id)).toEqual([]);
  expect(new Set(Object.values(operations).map(({ id }) => id))).toEqual(new Set(ENDPOINTS.map(({ id }) => id)));
});
