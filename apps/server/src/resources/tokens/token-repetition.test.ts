import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApi, type TestApi } from '../../api.fixture.ts';
import { databaseBytes } from '../../database-bytes.fixture.ts';

let api: TestApi;
let ada: string, ben: string;
beforeAll(async () => {
  api = await openTestApi();
  ada = (await api.person('ada', 'user')).secret;
  ben = (await api.person('ben', 'user')).secret;
});
afterAll(async () => await api[Symbol.asyncDispose]());

const made = z.looseObject({ secret: z.string() });

describe('a request that is repeated with its Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'order-1' };

  test('makes one token and gives its secret again, which cannot be read in the database', async () => {
    const ask = async () => await api.ask('POST /api/tokens', { as: ada, headers, body: { name: 'only one' } });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    expect([first, second].map((answer) => answer.headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    const { items } = await api.services.tokens.listTokens({ userId: 'ada', text: 'only one' });
    expect(items).toHaveLength(1);

    const { secret } = made.parse(first.body);
    const bytes = await databaseBytes(api.services.database);
    expect([secret, secret.slice(9, -6)].filter((word) => bytes.includes(word))).toEqual([]);
    expect(bytes.includes(hash('sha256', secret))).toBe(true); // what is looked at is the right database
  });

  test('is refused with another body or for another thing, and is another’s own under the same key', async () => {
    const asked = { as: ada, headers, body: { name: 'another one' } };
    expect(await api.refusalOf('POST /api/tokens', asked)).toEqual([422, 'idempotency.key_reused']);
    const { token } = await api.services.tokens.createToken({ userId: 'ada' });
    expect(await api.refusalOf(`POST /api/tokens/${token.id}/rotate`, { ...asked, body: {} })).toEqual([
      422,
      'idempotency.key_reused',
    ]);
    expect(await api.ask('POST /api/tokens', { ...asked, as: ben })).toMatchObject({
      status: 201,
      body: { token: { userId: 'ben' } },
    });
  });

  test('is the same request however its header is written', async () => {
    const asked = { headers: { 'idempotency-key': 'written' }, body: {} };
    const first = await api.ask('POST /api/tokens', { ...asked, as: ada });
    const authorization = `bearer  ${ada}`;
    const second = await api.ask('POST /api/tokens', { ...asked, headers: { ...asked.headers, authorization } });
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
  });

  test('rotates a token once', async () => {
    const { token } = await api.services.tokens.createToken({ userId: 'ada' });
    const ask = async () =>
      await api.ask(`POST /api/tokens/${token.id}/rotate`, { as: ada, headers: { 'idempotency-key': 'r' } });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });
});
