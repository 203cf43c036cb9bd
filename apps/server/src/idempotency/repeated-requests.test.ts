import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../api.fixture.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';

let api: TestApi;
let root: string;
let tokenId: number;
beforeAll(async () => {
  api = await openTestApi({ seeded: true });
  root = (await api.person('root', 'admin')).secret;
  tokenId = (await api.person('ada', 'user')).token.id;
});
afterAll(async () => await api[Symbol.asyncDispose]());

const creating = ENDPOINTS.filter(({ creates }) => creates === 'anything');

/** What of an answer says that another one was made. */
const headersOf = ({ headers }: Awaited<ReturnType<TestApi['ask']>>) => headers.get('idempotent-replayed');

describe('a request that makes something, and is repeated with its Idempotency-Key', () => {
  test.each(creating)('is carried out once and answered the same: $id', async ({ id, path, example, answer }) => {
    const url = path.replace('{tokenId}', String(tokenId)).replace('{userId}', 'ada');
    const asked = { as: root, headers: { 'idempotency-key': id }, body: example ?? {} };
    const ask = async () => await api.ask(`POST /${url.slice(1)}`, asked);

    const [first, second] = [await ask(), await ask()];

    expect([first.status, second.status]).toEqual([answer.status, answer.status]);
    expect([headersOf(first), headersOf(second)]).toEqual([null, 'true']);
    expect(second.body).toEqual(first.body);
  });

  test('does that for everything that can be made', () => {
    expect(creating.length).toBeGreaterThan(8);
  });
});
