import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestServer, type TestServer } from '../served.fixture.ts';

let server: TestServer;
beforeAll(async () => void (server = await openTestServer()));
afterAll(async () => await server[Symbol.asyncDispose]());

const problem = z.looseObject({ code: z.string(), detail: z.string() });

async function send(method: string, path: string, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await server.fetch(path, { as: server.admin, method, body, headers });
  const { code, detail } = problem.parse(await answer.json());
  return { status: answer.status, code, detail };
}

test.each([
  ['POST', '/api/tokens/1/deactivate'],
  ['DELETE', '/api/tokens/1'],
])('a body where none is taken is refused, and nothing is done: %s %s', async (method, path) => {
  expect(await send(method, path, '{}')).toEqual({
    status: 400,
    code: 'http.invalid_request',
    detail: 'The request does not fit: body: this takes none.',
  });
  const shown = await server.fetch('/api/tokens/1', { as: server.admin });
  expect(await shown.json()).toMatchObject({ state: 'active' });
});

test('null is a body, and not one that fits', async () => {
  expect(await send('POST', '/api/tokens', 'null')).toMatchObject({ status: 422, code: 'http.invalid_request' });
});

test('a body that is said to be compressed is refused as what is no JSON is, and is not read as if it were none', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const answer = await server.fetch('/api/tokens', { as: server.admin, method: 'POST', body: '{}', headers });
  expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'http.not_json' }]);
});
