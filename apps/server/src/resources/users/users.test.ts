import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operatorAuthentication } from '../../access/authenticate.ts';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';
import { createApi } from '../../api.ts';

let api: TestApi;
/** Secrets of an administrator, a user and a viewer. */
let root: string, ada: string, vera: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
  vera = (await api.person('vera', 'viewer')).secret;
});
beforeEach(() => void (api.clock.now = NOON));
afterAll(async () => await api[Symbol.asyncDispose]());

const problem = z.looseObject({ code: z.string() });
const list = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });

const NOBODY_YET = {
  email: null,
  name: null,
  state: 'active',
  hasPassword: false,
  mustChangePassword: false,
  lockedUntil: null,
  createdAt: NOON,
  lastLogin: null,
  suspendedAt: null,
  suspendedBy: null,
  deletedAt: null,
  deletedBy: null,
};

test('an account is made, shut out, let in, promoted and deleted by an administrator, and each is in the log', async () => {
  const body = { id: 'dan', username: 'Dan', email: 'dan@example.org', name: 'Dan D.', role: 'user' };
  expect(await api.ask('POST /api/users', { as: root, body })).toMatchObject({
    status: 201,
    body: { ...NOBODY_YET, ...body },
  });
  const { secret } = await api.services.tokens.createToken({ userId: 'dan', scopes: ['users:read'] });
  const isLetIn = async () => (await api.ask('GET /api/users/dan', { as: secret })).status === 200;
  expect(await isLetIn()).toBe(true);

  const left = { reason: 'left the team' };
  expect(await api.ask('POST /api/users/dan/suspend', { as: root, body: left })).toMatchObject({
    status: 200,
    body: { state: 'suspended', suspendedAt: NOON, suspendedBy: 'root' },
  });
  expect(await isLetIn()).toBe(false);
  expect(await api.ask('POST /api/users/dan/activate', { as: root })).toMatchObject({ body: { state: 'active' } });
  expect(await isLetIn()).toBe(true);
  const promoted = await api.ask('PUT /api/users/dan/role', { as: root, body: { role: 'admin', reason: 'on call' } });
  expect(promoted).toMatchObject({ status: 200, body: { role: 'admin' } });
  expect(await api.ask('GET /api/users/ada', { as: secret })).toMatchObject({ status: 200 });
  expect(await api.ask('DELETE /api/users/dan?reason=left%20for%20good', { as: root })).toMatchObject({
    status: 200,
    body: { state: 'deleted', deletedAt: NOON, deletedBy: 'root', username: 'Dan' },
  });
  expect(await isLetIn()).toBe(false);
  expect(await api.ask('GET /api/users/dan', { as: root })).toMatchObject({ body: { state: 'deleted' } });

  const { items } = await api.services.audit.listUserEntries({ targetUserId: 'dan', performedBy: 'root' });
  expect(items.map(({ operation, reason }) => [operation, reason]).toReversed()).toEqual([
    ['create', null],
    ['suspend', 'left the team'],
    ['activate', null],
    ['role_change', 'on call'],
    ['delete', 'left for good'],
  ]);
});

test('the list can be asked for a part of it, and for where it goes on', async () => {
  for (const [id, role] of [
    ['list-1', 'user'],
    ['list-2', 'viewer'],
    ['list-3', 'user'],
  ] as const) {
    await api.services.users.createUser({ id, username: id, role });
  }
  await api.services.users.suspendUser({ userId: 'list-3' });
  const find = async (query: string) =>
    list.parse((await api.ask(`GET /api/users?text=LIST-&${query}`, { as: root })).body);
  expect((await find('role=user')).items.map(({ id }) => id)).toEqual(['list-1', 'list-3']);
  expect((await find('state=suspended')).items.map(({ id }) => id)).toEqual(['list-3']);
  const first = await find('limit=2');
  expect(first.items.map(({ id }) => id)).toEqual(['list-1', 'list-2']);
  expect(await find(`limit=2&cursor=${first.nextCursor}`)).toMatchObject({
    items: [{ id: 'list-3' }],
    nextCursor: null,
  });
  expect(await api.refusalOf('GET /api/users?userId=ada', { as: root })).toEqual([400, 'http.invalid_request']);
  expect(await api.refusalOf('GET /api/users?role=boss', { as: root })).toEqual([400, 'http.invalid_request']);
});

test.each([
  'a/b',
  '50%',
  '%2F',
  'ä ö',
  '日本',
  'who?#&=+;,:@',
  'user@example.org',
  '123',
  'true',
  '…',
  "'; --",
  '\u{1F600}',
])('whoever is called %j can be shown and changed by that id', async (id) => {
  const body = { id, username: id, role: 'user' };
  expect(await api.ask('POST /api/users', { as: root, body })).toMatchObject({ status: 201, body: { id } });
  const path = `/api/users/${encodeURIComponent(id)}` as const;
  expect(await api.ask(`GET ${path}`, { as: root })).toMatchObject({ status: 200, body: { id } });
  expect(await api.ask(`POST ${path}/suspend`, { as: root })).toMatchObject({ body: { id, state: 'suspended' } });
  expect(await api.ask(`DELETE ${path}`, { as: root })).toMatchObject({ body: { id, state: 'deleted' } });
});

test.each(['.', '..', '', 'system', 'x'.repeat(501)])('nobody can be called %j', async (id) => {
  const body = { id, username: 'odd', role: 'user' };
  expect(await api.refusalOf('POST /api/users', { as: root, body })).toEqual([422, 'http.invalid_request']);
});

describe('whoever is no administrator', () => {
  test('sees their own account, and of every other what they see of nobody’s', async () => {
    for (const [id, as] of [
      ['ada', ada],
      ['vera', vera],
    ] as const) {
      expect(await api.ask(`GET /api/users/${id}`, { as })).toMatchObject({ status: 200, body: { id, username: id } });
      const [foreign, missing] = [
        await api.ask('GET /api/users/root', { as }),
        await api.ask('GET /api/users/gone', { as }),
      ];
      expect([foreign.status, missing.status]).toEqual([404, 404]);
      const asText = ({ body }: typeof foreign) => JSON.stringify({ ...problem.parse(body), requestId: '' });
      expect(asText(foreign).replaceAll('root', 'gone')).toBe(asText(missing));
    }
  });

  test('neither lists nor makes nor changes accounts, not even their own', async () => {
    const refused = [403, 'access.role_not_allowed'];
    for (const as of [ada, vera]) {
      expect(await api.refusalOf('GET /api/users', { as })).toEqual(refused);
      expect(await api.refusalOf('POST /api/users', { as, body: { username: 'eve', role: 'admin' } })).toEqual(refused);
      expect(await api.refusalOf('PUT /api/users/ada/role', { as, body: { role: 'admin' } })).toEqual(refused);
      expect(await api.refusalOf('POST /api/users/root/suspend', { as })).toEqual(refused);
      expect(await api.refusalOf('POST /api/users/root/password-reset', { as })).toEqual(refused);
      expect(await api.refusalOf('DELETE /api/users/root', { as })).toEqual(refused);
    }
    const { secret: reader } = await api.person('reader', 'admin', ['users:read', 'tokens:write']);
    expect(await api.refusalOf('PUT /api/users/ada/role', { as: reader, body: { role: 'admin' } })).toEqual([
      403,
      'access.scope_missing',
    ]);
  });
});

describe('an account is not changed', () => {
  test('by its owner, where an administrator is needed', async () => {
    const refused = [403, 'user.self_change_refused'];
    expect(await api.refusalOf('POST /api/users/root/suspend', { as: root })).toEqual(refused);
    expect(await api.refusalOf('PUT /api/users/root/role', { as: root, body: { role: 'user' } })).toEqual(refused);
    expect(await api.refusalOf('DELETE /api/users/root', { as: root })).toEqual(refused);
  });

  test('once it is deleted', async () => {
    await api.services.users.createUser({ id: 'gone-1', username: 'gone-1', role: 'user' });
    await api.services.users.deleteUser({ userId: 'gone-1' });
    const gone = [409, 'user.deleted'];
    expect(await api.refusalOf('POST /api/users/gone-1/suspend', { as: root })).toEqual(gone);
    expect(await api.refusalOf('POST /api/users/gone-1/activate', { as: root })).toEqual(gone);
    expect(await api.refusalOf('PUT /api/users/gone-1/role', { as: root, body: { role: 'user' } })).toEqual(gone);
    expect(await api.refusalOf('POST /api/users/gone-1/password-reset', { as: root })).toEqual(gone);
    expect(await api.ask('DELETE /api/users/gone-1', { as: root })).toMatchObject({ status: 200 });
    const body = { id: 'gone-2', username: 'gone-1', role: 'user' };
    expect(await api.refusalOf('POST /api/users', { as: root, body })).toEqual([409, 'user.exists']);
  });

  test('where it is not there', async () => {
    const missing = [404, 'user.not_found'];
    expect(await api.refusalOf('GET /api/users/nobody', { as: root })).toEqual(missing);
    expect(await api.refusalOf('POST /api/users/nobody/suspend', { as: root })).toEqual(missing);
    expect(await api.refusalOf('DELETE /api/users/nobody', { as: root })).toEqual(missing);
    expect(await api.refusalOf(`GET /api/users/${'x'.repeat(501)}`, { as: root })).toEqual([404, 'http.not_found']);
    for (const path of ['/api/users/', '/api/users/.', '/api/users/..', '/api/users/nobody/'] as const) {
      expect(await api.refusalOf(`DELETE ${path}`, { as: root })).toEqual([404, 'http.not_found']);
    }
  });

  test.each([
    ['POST /api/users', { username: 'eve' }],
    ['POST /api/users', { username: 'eve', role: 'boss' }],
    ['POST /api/users', { username: ' eve', role: 'user' }],
    ['POST /api/users', { username: 'eve', role: 'user', email: 'eve' }],
    ['POST /api/users', { username: 'eve', role: 'user', passwordHash: 'x' }],
    ['POST /api/users', { username: 'eve', role: 'user', actor: { userId: 'ada' } }],
    ['POST /api/users/ada/suspend', { reason: '' }],
    ['POST /api/users/ada/suspend', { userId: 'vera' }],
    ['PUT /api/users/ada/role', {}],
    ['PUT /api/users/ada/role', { role: 'admin', userId: 'vera' }],
    ['POST /api/users/ada/password-reset', { password: 7 }],
  ] as const)('%s with %j', async (request, body) => {
    expect(await api.refusalOf(request, { as: root, body })).toEqual([422, 'http.invalid_request']);
    expect(await api.ask('GET /api/users/ada', { as: root })).toMatchObject({
      body: { role: 'user', state: 'active' },
    });
  });
});

test('the last administrator stays, also when somebody at the shell asks', async () => {
  const { services } = api;
  const operator = createApi({ services, authenticate: operatorAuthentication('eve'), onFailure: () => undefined });
  const remaining = (await services.users.listUsers({ role: 'admin', state: 'active' })).items.filter(
    ({ id }) => id !== 'root',
  );
  for (const { id } of remaining) await services.users.suspendUser({ userId: id });
  const response = await operator.request('/api/users/root', { method: 'DELETE' });
  expect([response.status, problem.parse(await response.json()).code]).toEqual([409, 'user.last_admin']);
  expect(await api.ask('GET /api/users/root', { as: root })).toMatchObject({ body: { state: 'active' } });
});
