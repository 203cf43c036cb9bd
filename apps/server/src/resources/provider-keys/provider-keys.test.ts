import { MasterKey } from '@iron/tokens';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bearerAuthentication } from '../../access/authenticate.ts';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';
import { databaseBytes } from '../../database-bytes.fixture.ts';
import { createApi } from '../../api.ts';
import { openServices } from '../../services.ts';

const KEY = 'sk-live-0123456789abcdefghij';

let api: TestApi;
/** Secrets of an administrator, a user and a viewer. */
let root: string, ada: string, vera: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
  vera = (await api.person('vera', 'viewer')).secret;
});
afterAll(async () => await api[Symbol.asyncDispose]());

const problem = z.looseObject({ code: z.string() });
const withId = z.looseObject({ id: z.int() });
const list = z.looseObject({ items: z.array(withId), nextCursor: z.string().nullable() });

async function add(about: object = {}): Promise<number> {
  const body = { provider: 'openai', key: KEY, userId: 'ada', ...about };
  return withId.parse((await api.ask('POST /api/provider-keys', { as: root, body })).body).id;
}

test('a key is kept, switched off and on, described, given to a project, taken back and deleted, and never shown', async () => {
  const body = {
    provider: 'openai',
    key: KEY,
    userId: 'ada',
    description: 'team',
    baseUrl: 'https://llm.example.org/v1',
  };
  const added = await api.ask('POST /api/provider-keys', { as: root, body });
  const { key: _key, ...about } = body;
  expect(added).toMatchObject({
    status: 201,
    body: { ...about, maskedKey: 'sk-…ghij', isEnabled: true, balanceNanos: null, createdAt: NOON, lastUsedAt: null },
  });
  const { id } = withId.parse(added.body);
  const path = `/api/provider-keys/${id}` as const;
  const seen: unknown[] = [added.body];
  const ask = async (request: Parameters<TestApi['ask']>[0], asked: object = {}) => {
    const answer = await api.ask(request, { as: root, ...asked });
    seen.push(answer.body);
    return answer;
  };

  expect(await ask(`POST ${path}/disable`)).toMatchObject({ status: 200, body: { isEnabled: false } });
  expect(await ask(`POST ${path}/enable`)).toMatchObject({ status: 200, body: { isEnabled: true } });
  expect(await ask(`PUT ${path}/balance`, { body: { balanceNanos: -5 } })).toMatchObject({
    status: 200,
    body: { balanceNanos: -5, balanceUpdatedAt: NOON },
  });
  expect(await ask(`PUT ${path}/balance`, { body: { balanceNanos: null } })).toMatchObject({
    body: { balanceUpdatedAt: null },
  });
  expect(await ask(`PUT ${path}/base-url`, { body: { baseUrl: null } })).toMatchObject({
    status: 200,
    body: { baseUrl: null },
  });

  for (const _ of [1, 2]) expect(await ask(`PUT ${path}/projects/search`)).toMatchObject({ status: 204, body: '' });
  expect(await ask('GET /api/provider-keys?projectId=search')).toMatchObject({ body: { items: [{ id }] } });
  for (const _ of [1, 2]) expect(await ask(`DELETE ${path}/projects/search`)).toMatchObject({ status: 204, body: '' });
  expect(await ask('GET /api/provider-keys?projectId=search')).toMatchObject({ body: { items: [] } });

  expect(await ask(`GET ${path}`)).toMatchObject({ status: 200, body: { id, maskedKey: 'sk-…ghij' } });
  expect(await ask(`DELETE ${path}`)).toMatchObject({ status: 204, body: '' });
  expect(await ask(`GET ${path}`)).toMatchObject({ status: 404, body: { code: 'provider_key.not_found' } });
  expect(JSON.stringify(seen)).not.toContain(KEY);
  const { items } = await api.services.audit.listEntries({ entityType: 'provider_key', entityId: id });
  expect(items.map(({ action, actorUserId }) => `${actorUserId} ${action}`).toReversed()).toEqual(
    ['create', 'disable', 'enable', 'set_balance', 'set_balance', 'set_base_url', 'assign', 'unassign', 'delete'].map(
      (action) => `root ${action}`,
    ),
  );
});

test('a key of nobody named is that of whoever adds it', async () => {
  const body = { provider: 'openai', key: KEY };
  expect(await api.ask('POST /api/provider-keys', { as: root, body })).toMatchObject({ body: { userId: 'root' } });
});

test('users and viewers see their own keys, and of every other what they see of none', async () => {
  const [mine, veras] = [await add({ userId: 'ada' }), await add({ userId: 'vera' })];
  for (const [as, own, foreign] of [
    [ada, mine, veras],
    [vera, veras, mine],
  ] as const) {
    const { items } = list.parse((await api.ask('GET /api/provider-keys', { as })).body);
    expect(items.some(({ id }) => id === own)).toBe(true);
    expect(items.some(({ id }) => id === foreign)).toBe(false);
    expect(await api.ask(`GET /api/provider-keys/${own}`, { as })).toMatchObject({ status: 200, body: { id: own } });
    const answers = [
      await api.ask(`GET /api/provider-keys/${foreign}`, { as }),
      await api.ask('GET /api/provider-keys/777', { as }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    const [one, other] = answers.map(({ body }) => JSON.stringify({ ...problem.parse(body), requestId: '' }));
    expect(one?.replaceAll(new RegExp(String.raw`\b${foreign}\b`, 'g'), '777')).toBe(other);
  }
  expect(await api.refusalOf('GET /api/provider-keys?userId=vera', { as: ada })).toEqual([403, 'access.not_yours']);
});

test('only administrators add and change keys, their own too', async () => {
  const id = await add();
  const refused = [403, 'access.role_not_allowed'];
  const path = `/api/provider-keys/${id}` as const;
  expect(await api.refusalOf('POST /api/provider-keys', { as: ada, body: { provider: 'openai', key: KEY } })).toEqual(
    refused,
  );
  expect(await api.refusalOf(`POST ${path}/disable`, { as: ada })).toEqual(refused);
  expect(
    await api.refusalOf(`PUT ${path}/base-url`, { as: ada, body: { baseUrl: 'https://evil.example.org' } }),
  ).toEqual(refused);
  expect(await api.refusalOf(`PUT ${path}/projects/search`, { as: ada })).toEqual(refused);
  expect(await api.refusalOf(`DELETE ${path}`, { as: ada })).toEqual(refused);
});

test('the list can be asked for a part of it, and for where it goes on', async () => {
  const ids = [
    await add({ userId: 'lis' }),
    await add({ userId: 'lis', provider: 'anthropic' }),
    await add({ userId: 'lis' }),
  ];
  await api.ask(`POST /api/provider-keys/${ids[0]}/disable`, { as: root });
  const find = async (query: string) => {
    const { body } = await api.ask(`GET /api/provider-keys?userId=lis&${query}`, { as: root });
    return list.parse(body);
  };
  expect((await find('provider=anthropic')).items.map(({ id }) => id)).toEqual([ids[1]]);
  expect((await find('isEnabled=false')).items.map(({ id }) => id)).toEqual([ids[0]]);
  const first = await find('limit=2');
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(await find(`limit=2&cursor=${first.nextCursor}`)).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
  expect(await api.refusalOf('GET /api/provider-keys?isEnabled=yes', { as: root })).toEqual([
    400,
    'http.invalid_request',
  ]);
});

test.each(['a/b', '50%', 'ä ö', '123', '#1?'])('a key can be given to the project %j', async (projectId) => {
  const id = await add();
  const path = `/api/provider-keys/${id}/projects/${encodeURIComponent(projectId)}` as const;
  expect(await api.ask(`PUT ${path}`, { as: root })).toMatchObject({ status: 204 });
  expect(await api.services.providerKeys.keysForProject(projectId, 'openai')).toMatchObject([{ id }]);
  expect(await api.ask(`DELETE ${path}`, { as: root })).toMatchObject({ status: 204 });
  expect(await api.services.providerKeys.keysForProject(projectId, 'openai')).toEqual([]);
});

test('a project that no path can name does not have the key itself deleted', async () => {
  const id = await add();
  for (const projectId of ['', '.', '..', '%2e%2e', 'x/..', 'x/../..']) {
    const request = `DELETE /api/provider-keys/${id}/projects/${projectId}` as const;
    expect(await api.refusalOf(request, { as: root })).toEqual([404, 'http.not_found']);
  }
  expect(await api.ask(`GET /api/provider-keys/${id}`, { as: root })).toMatchObject({ status: 200 });
});

/** How a server with another master key, or without one, refuses to keep a key. */
async function refusalUnder(masterKey: string | undefined): Promise<unknown> {
  await using services = await openServices(api.services.database, {
    environment: 'development',
    now: () => NOON,
    ...(masterKey !== undefined && { masterKey: MasterKey.fromBase64(masterKey) }),
  });
  const authenticate = bearerAuthentication({ ...services, onRefused: () => undefined });
  const other = createApi({ services, authenticate, onFailure: () => undefined });
  const response = await other.request('/api/provider-keys', {
    method: 'POST',
    headers: { authorization: `Bearer ${root}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'openai', key: KEY }),
  });
  return [response.status, problem.parse(await response.json()).code];
}

describe('a key is refused', () => {
  test.each([
    [{ key: '' }],
    [{ key: ` ${KEY}` }],
    [{ key: 'x'.repeat(9_000) }],
    [{ baseUrl: `https://x:${KEY}@example.org` }],
    [{ baseUrl: `https://example.org/?key=${KEY}` }],
    [{ baseUrl: 'ftp://example.org' }],
    [{ description: `it is ${KEY}` }],
    [{ apiKey: KEY }],
    [{ [KEY]: 1 }],
    [{ provider: undefined }],
    [{ balanceNanos: 5 }],
  ])('with %j, and no answer repeats it', async (about) => {
    const body = { provider: 'openai', key: KEY, userId: 'ada', ...about };
    const refused = await api.ask('POST /api/provider-keys', { as: root, body });
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).not.toContain(KEY);
  });

  test('where there is no master key, or another one than that of the keys that are there', async () => {
    await add();
    expect(await refusalUnder(undefined)).toEqual([503, 'provider_key.master_key_missing']);
    expect(await refusalUnder(Buffer.alloc(32, 8).toString('base64'))).toEqual([503, 'provider_key.wrong_master_key']);
  });
});

test.each([
  ['balance', {}],
  ['balance', { balanceNanos: 0.5 }],
  ['balance', { balanceNanos: '5' }],
  ['base-url', {}],
  ['base-url', { baseUrl: 'example.org' }],
  ['base-url', { baseUrl: 'https://example.org', keyId: 1 }],
])('the %s is not set to %j', async (what, body) => {
  const id = await add();
  expect(await api.refusalOf(`PUT /api/provider-keys/${id}/${what}`, { as: root, body })).toEqual([
    422,
    'http.invalid_request',
  ]);
});

test('what is not there is not changed', async () => {
  const missing = [404, 'provider_key.not_found'];
  expect(await api.refusalOf('POST /api/provider-keys/777/enable', { as: root })).toEqual(missing);
  expect(await api.refusalOf('PUT /api/provider-keys/777/projects/search', { as: root })).toEqual(missing);
  expect(await api.refusalOf('DELETE /api/provider-keys/777/projects/search', { as: root })).toEqual(missing);
  expect(await api.refusalOf('DELETE /api/provider-keys/777', { as: root })).toEqual(missing);
  expect(await api.refusalOf('DELETE /api/provider-keys/first', { as: root })).toEqual([404, 'http.not_found']);
});

test('a request that is repeated with its Idempotency-Key keeps one key, which cannot be read in the database', async () => {
  const body = { provider: 'openai', key: KEY, userId: 'idem' };
  const ask = async () =>
    await api.ask('POST /api/provider-keys', { as: root, body, headers: { 'idempotency-key': 'k' } });
  const [first, second] = [await ask(), await ask()];
  expect(second.body).toEqual(first.body);
  expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  const { items } = await api.services.providerKeys.listKeys({ userId: 'idem' });
  expect(items).toHaveLength(1);
  const bytes = await databaseBytes(api.services.database);
  expect([KEY, KEY.slice(3, -4)].filter((word) => bytes.includes(word))).toEqual([]);
  expect(bytes.includes('sk-…ghij')).toBe(true); // what is looked at is the right database
});
