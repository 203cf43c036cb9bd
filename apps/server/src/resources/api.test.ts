import { expect, test } from 'vitest';
import * as api from './api.ts';
import { ENDPOINTS } from './endpoints.ts';

test('every operation of the API can be called by its name, and nothing else', () => {
  const named = Object.entries(api).map(([name, { id }]) => ({ name, id }));
  expect(named.filter(({ name, id }) => name !== id)).toEqual([]);
  expect(new Set(Object.values(api).map(({ id }) => id))).toEqual(new Set(ENDPOINTS.map(({ id }) => id)));
});
