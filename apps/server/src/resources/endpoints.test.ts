import { expect, test } from 'vitest';
import { ENDPOINTS } from './endpoints.ts';

test('no operation is hidden by one before it whose path fits, too', () => {
  const operations = ENDPOINTS.map(({ id, method, path }) => {
    const example = path.replaceAll(/\{\w+\}/g, 'x');
    return {
      id,
      example: `${method} ${example}`,
      pattern: new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    };
  });
  const reached = operations.map(({ example }) => operations.find(({ pattern }) => pattern.test(example))?.id);
  expect(reached).toEqual(operations.map(({ id }) => id));
});
