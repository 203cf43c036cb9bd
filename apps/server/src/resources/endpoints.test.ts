import { expect, test } from 'vitest';
import { endpointAt } from './endpoint-at.fixture.ts';
import { ENDPOINTS } from './endpoints.ts';

test('no operation is hidden by one before it whose path fits, too', () => {
  const reached = ENDPOINTS.map(({ method, path }) => endpointAt(method, path.replaceAll(/\{\w+\}/g, 'x'))?.id);
  expect(reached).toEqual(ENDPOINTS.map(({ id }) => id));
});
