import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DrainingError } from '../http/http-errors.ts';
import { openTestServer, type TestServer } from '../served.fixture.ts';
import { healthPages } from './health.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => await server[Symbol.asyncDispose]());

describe('whoever watches servers is told, without a token,', () => {
  test('that this one lives', async () => {
    const answer = await server.fetch('/healthz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'alive' }]);
  });

  test('that it is ready', async () => {
    const answer = await server.fetch('/readyz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

test('a server that ends is not ready, and lives', async () => {
  const [alive, ready] = healthPages({ database: server.database, isDraining: () => true });
  expect(alive?.answer({})).toMatchObject({ status: 200 });
  await expect(ready?.answer({})).rejects.toThrow(DrainingError);
});

test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])(
  '%s takes GET and HEAD, and nothing else',
  async (path) => {
    const head = await server.fetch(path, { method: 'HEAD' });
    const posted = await server.fetch(path, { method: 'POST', body: '{}' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await posted.json()).toMatchObject({ code: 'http.method_not_allowed' });
  },
);
