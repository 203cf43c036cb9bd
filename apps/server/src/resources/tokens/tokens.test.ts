import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';

const HOUR = 3_600_000;
const LEGACY = 'sk-legacy-K7vQ2mB9xT4wZ1pL8nR5';

let api: TestApi;
/** Secrets of an administrator, two users and a viewer. */
let root: string, ada: string, ben: string, vera: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
  ben = (await api.person('ben', 'user')).secret;
  vera = (await api.person('vera', 'viewer')).secret;
});
beforeEach(() => void (api.clock.now = NOON));
afterAll(async () => await api[Symbol.asyncDispose]());

const made = z.looseObject({ secret: z.string(), token: z.looseObject({ id: z.int() }) });
const list = z.looseObject({ items: z.array(z.looseObject({ id: z.int() })), nextCursor: z.string().nullable() });

async function make(as: string, body: object = {}): Promise<{ id: number; secret: string }> {
  const { secret, token } = made.parse((await api.ask('POST /api/tokens', { as, body })).body);
  return { id: token.id, secret };
}

/** Whether a secret lets anybody in. */
async function works(secret: string): Promise<boolean> {
  const { status } = await api.ask('GET /api/prices?provider=openai&model=gpt-4o', { as: secret });
  return status !== 401;
}

describe('a token that is made', () => {
  test('works at once, and its secret is in that answer alone', async () => {
    const about = { userId: 'carol', projectId: 'search', name: 'laptop', scopes: ['tokens:read'], provider: 'openai' };
    const answer = await api.ask('POST /api/tokens', { as: root, body: { ...about, expiresAt: NOON + HOUR } });
    const { secret, token } = made.parse(answer.body);
    expect(answer).toMatchObject({
      status: 201,
      body: { token: { ...about, expiresAt: NOON + HOUR, state: 'active' } },
    });

    const shown = await api.ask(`GET /api/tokens/${token.id}`, { as: secret });
    expect(shown).toMatchObject({ status: 200, body: { ...about, id: token.id, createdAt: NOON } });
    const listed = await api.ask('GET /api/tokens?userId=carol', { as: root });
    const others = JSON.stringify([shown.body, listed.body, token]);
    expect([secret, hash('sha256', secret)].filter((word) => others.includes(word))).toEqual([]);
  });

  test('is written down with who asked for it, and with what program', async () => {
    const asked = { as: ada, body: {}, headers: { 'user-agent': 'curl/8.5.0' } };
    const { token } = made.parse((await api.ask('POST /api/tokens', asked)).body);
    const { items } = await api.services.audit.listEntries({ entityType: 'token', entityId: token.id });
    expect(items).toMatchObject([{ action: 'create', actorUserId: 'ada', userAgent: 'curl/8.5.0' }]);
  });

  test('is written down without the name of a program that holds a secret', async () => {
    for (const secret of ['sk-proj-0123456789abcdefghij', `curl ${ada}`]) {
      const asked = { as: ada, body: {}, headers: { 'user-agent': secret } };
      const { token } = made.parse((await api.ask('POST /api/tokens', asked)).body);
      const { items } = await api.services.audit.listEntries({ entityType: 'token', entityId: token.id });
      expect(items).toMatchObject([{ actorUserId: 'ada', userAgent: null }]);
    }
  });

  test('can be one that is in use elsewhere, or one of which only the hash is known', async () => {
    expect(await make(root, { userId: 'carol', token: LEGACY })).toMatchObject({ secret: LEGACY });
    const unseen = 'sk-unseen-3fG8kL2pQ9wX5vN1mT7z';
    const body = { userId: 'carol', tokenHash: hash('sha256', unseen).toUpperCase() };
    const imported = await api.ask('POST /api/tokens/import', { as: root, body });
    expect(imported).toMatchObject({ status: 201, body: { userId: 'carol', state: 'active' } });
    expect([await works(LEGACY), await works(unseen), await works(`${unseen}x`)]).toEqual([true, true, false]);
    expect(await api.refusalOf('POST /api/tokens/import', { as: root, body })).toEqual([409, 'token.exists']);
  });

  test.each([
    [{ token: LEGACY.slice(0, 5) }, [422, 'token.unfit']],
    [{ token: `iron_dev_${'x'.repeat(49)}` }, [422, 'token.unfit']],
    [{ expiresAt: NOON }, [422, 'token.expiry_in_past']],
    [{ scopes: ['usage'] }, [422, 'token.invalid_scope']],
    [{ agentId: 77 }, [404, 'agent.not_found']],
    [{ name: `iron_dev_${'x'.repeat(49)}` }, [422, 'http.invalid_request']],
    [{ nmae: 'laptop' }, [422, 'http.invalid_request']],
    [{ actor: { userId: 'eve' } }, [422, 'http.invalid_request']],
    [{ expiresAt: 1_772_366_400 }, [422, 'http.invalid_request']],
    [{ expiresAt: '1772366400000' }, [422, 'http.invalid_request']],
    [{ scopes: 'usage:read' }, [422, 'http.invalid_request']],
  ])('is refused with %j', async (body, refusal) => {
    const before = list.parse((await api.ask('GET /api/tokens?limit=1', { as: root })).body).items[0]?.id;
    expect(await api.refusalOf('POST /api/tokens', { as: root, body })).toEqual(refusal);
    expect(list.parse((await api.ask('GET /api/tokens?limit=1', { as: root })).body).items[0]?.id).toBe(before);
  });
});

describe('the list of tokens', () => {
  test('is that of one’s own for users and viewers, and everybody’s for administrators', async () => {
    const mine = await make(root, { userId: 'vera', name: 'for the list' });
    const own = list.parse((await api.ask('GET /api/tokens', { as: vera })).body);
    expect(own.items).toMatchObject([{ userId: 'vera', id: mine.id }, { userId: 'vera' }]);
    expect(await api.ask('GET /api/tokens?userId=vera', { as: vera })).toMatchObject({ body: { items: own.items } });
    expect(await api.refusalOf('GET /api/tokens?userId=ada', { as: vera })).toEqual([403, 'access.not_yours']);
    const all = list.parse((await api.ask('GET /api/tokens', { as: root })).body);
    expect(new Set(all.items.map(({ userId }) => userId))).toEqual(new Set(['carol', 'root', 'ada', 'ben', 'vera']));
  });

  test('can be asked for a part of it, and for where it goes on', async () => {
    await api.services.users.createUser({ id: 'lis', username: 'lis', role: 'user' });
    const about = [{ name: 'Laptop' }, { name: 'phone', projectId: 'search' }, { name: 'lap', provider: 'openai' }];
    const ids: number[] = [];
    for (const one of about) ids.push((await make(root, { userId: 'lis', ...one })).id);
    await api.ask(`POST /api/tokens/${ids[1]}/revoke`, { as: root });
    const [first, second, third] = ids;
    const find = async (query: string) =>
      list.parse((await api.ask(`GET /api/tokens?userId=lis&${query}`, { as: root })).body);

    expect((await find('text=LAP')).items.map(({ id }) => id)).toEqual([third, first]);
    expect((await find('state=revoked')).items.map(({ id }) => id)).toEqual([second]);
    expect((await find('projectId=search&provider=openai')).items).toEqual([]);
    const page = await find('limit=2');
    expect(page.items.map(({ id }) => id)).toEqual([third, second]);
    expect(await find(`limit=2&cursor=${page.nextCursor}`)).toMatchObject({ items: [{ id: first }], nextCursor: null });
  });

  test.each([
    ['state=lost', 'http.invalid_request'],
    ['limit=0', 'http.invalid_request'],
    ['limit=ten', 'http.invalid_request'],
    ['limit=1&limit=2', 'http.invalid_request'],
    ['user=ada', 'http.invalid_request'],
    ['cursor=abc', 'input.invalid_cursor'],
  ])('is refused for ?%s', async (query, code) => {
    expect(await api.refusalOf(`GET /api/tokens?${query}`, { as: root })).toEqual([400, code]);
  });
});

test.each(['0', '-1', '1.5', 'abc', '1e3', '99999999999999999', '%20'])(
  'what cannot be the id of a token is not there: %s',
  async (id) => {
    expect(await api.refusalOf(`GET /api/tokens/${id}`, { as: root })).toEqual([404, 'http.not_found']);
  },
);

test('a token of somebody else is for its stranger one that does not exist, whatever is done to it', async () => {
  const { id } = await make(ben);
  const requests = [
    [`GET /api/tokens/${id}`, {}],
    [`PATCH /api/tokens/${id}`, { body: { name: 'mine' } }],
    [`POST /api/tokens/${id}/rotate`, { body: {} }],
    [`POST /api/tokens/${id}/revoke`, { body: {} }],
    [`POST /api/tokens/${id}/deactivate`, {}],
  ] as const;
  for (const [request, asked] of requests) {
    expect(await api.refusalOf(request, { ...asked, as: ada })).toEqual([404, 'token.not_found']);
  }
  expect(await api.ask(`GET /api/tokens/${id}`, { as: ben })).toMatchObject({ body: { name: null, state: 'active' } });
});

describe('a token that is changed', () => {
  test('keeps what is left out, and loses what is null', async () => {
    const { id } = await make(ada, { name: 'laptop', scopes: ['usage:read'], expiresAt: NOON + HOUR });
    const change = async (body: object) => (await api.ask(`PATCH /api/tokens/${id}`, { as: root, body })).body;
    expect(await change({ name: 'phone' })).toMatchObject({
      name: 'phone',
      scopes: ['usage:read'],
      expiresAt: NOON + HOUR,
    });
    expect(await change({ name: null, expiresAt: null })).toMatchObject({ name: null, expiresAt: null });
    expect(await change({ scopes: ['usage:read', 'usage:read', 'limits:*'] })).toMatchObject({
      scopes: ['usage:read', 'limits:*'],
    });
    expect(await change({})).toMatchObject({ name: null, scopes: ['usage:read', 'limits:*'], state: 'active' });
  });

  test.each([
    [{ userId: 'ada' }, [422, 'http.invalid_request']],
    [{ projectId: 'search' }, [422, 'http.invalid_request']],
    [{ tokenId: 1 }, [422, 'http.invalid_request']],
    [{ expiresAt: NOON - 1 }, [422, 'token.expiry_in_past']],
    [{ scopes: ['*:*'] }, [422, 'token.invalid_scope']],
  ])('is refused %j', async (body, refusal) => {
    const { id } = await make(ada);
    expect(await api.refusalOf(`PATCH /api/tokens/${id}`, { as: root, body })).toEqual(refusal);
  });
});

describe('a token that is rotated', () => {
  test('works beside its successor until the overlap is over', async () => {
    const old = await make(ada, { name: 'laptop', scopes: ['usage:read'] });
    const body = { overlapMs: HOUR };
    const rotated = await api.ask(`POST /api/tokens/${old.id}/rotate`, { as: ada, body });
    const { secret, token } = made.parse(rotated.body);
    expect(rotated).toMatchObject({
      status: 201,
      body: {
        token: { name: 'laptop', scopes: ['usage:read'], rotatedFromId: old.id, expiresAt: null },
        replaced: { id: old.id, state: 'active', expiresAt: NOON + HOUR },
      },
    });
    expect([await works(old.secret), await works(secret)]).toEqual([true, true]);
    api.clock.now = NOON + HOUR;
    expect([await works(old.secret), await works(secret)]).toEqual([false, true]);
    expect(await api.refusalOf(`POST /api/tokens/${old.id}/rotate`, { as: ada })).toEqual([
      409,
      'token.already_rotated',
    ]);
    expect(await api.ask(`GET /api/tokens/${token.id}`, { as: ada })).toMatchObject({ body: { state: 'active' } });
  });

  test('stops at once where no overlap is asked for, and without a body', async () => {
    const old = await make(ada);
    expect(await api.ask(`POST /api/tokens/${old.id}/rotate`, { as: ada })).toMatchObject({ status: 201 });
    expect(await works(old.secret)).toBe(false);
  });

  test.each([{ overlapMs: -1 }, { overlapMs: 400 * 24 * HOUR }, { overlapMs: 1.5 }, { scopes: ['*'] }])(
    'is refused with %j',
    async (body) => {
      const { id } = await make(ada);
      expect(await api.refusalOf(`POST /api/tokens/${id}/rotate`, { as: ada, body })).toEqual([
        422,
        'http.invalid_request',
      ]);
    },
  );
});

describe('a token that ends', () => {
  test('by revocation lets nobody in from the next request on, and keeps the first reason', async () => {
    const { id, secret } = await make(ada);
    expect(await works(secret)).toBe(true);
    const revoke = async (body: object) => await api.ask(`POST /api/tokens/${id}/revoke`, { as: ada, body });
    expect(await revoke({ reason: 'laptop lost' })).toMatchObject({
      status: 200,
      body: { state: 'revoked', revokedReason: 'laptop lost', revokedAt: NOON },
    });
    expect(await works(secret)).toBe(false);
    expect(await revoke({ reason: 'another' })).toMatchObject({ status: 200, body: { revokedReason: 'laptop lost' } });
    const body = { name: 'again' };
    expect(await api.refusalOf(`PATCH /api/tokens/${id}`, { as: ada, body })).toEqual([409, 'token.revoked']);
    expect(await api.refusalOf(`POST /api/tokens/${id}/activate`, { as: root })).toEqual([409, 'token.revoked']);
    expect(await api.refusalOf(`POST /api/tokens/${id}/rotate`, { as: ada })).toEqual([409, 'token.revoked']);
  });

  test('does not take its secret for a reason', async () => {
    const { id, secret } = await make(ada);
    const body = { reason: `it is ${secret}` };
    const refused = await api.ask(`POST /api/tokens/${id}/revoke`, { as: ada, body });
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).not.toContain(secret);
  });

  test('by being switched off is switched on again by administrators alone', async () => {
    const { id, secret } = await make(ada);
    expect(await api.ask(`POST /api/tokens/${id}/deactivate`, { as: ada })).toMatchObject({
      body: { state: 'inactive' },
    });
    expect(await works(secret)).toBe(false);
    expect(await api.refusalOf(`POST /api/tokens/${id}/rotate`, { as: ada })).toEqual([409, 'token.not_active']);
    expect(await api.refusalOf(`POST /api/tokens/${id}/activate`, { as: ada })).toEqual([
      403,
      'access.role_not_allowed',
    ]);
    expect(await api.ask(`POST /api/tokens/${id}/activate`, { as: root })).toMatchObject({ body: { state: 'active' } });
    expect(await works(secret)).toBe(true);
  });

  test('by deletion takes its usage with it, and is not there any more', async () => {
    const { id, secret } = await make(ada);
    const call = { tokenId: id, provider: 'openai', model: 'gpt-4o', inputTokens: 10, outputTokens: 5 };
    await api.services.usage.recordUsage(call);
    expect(await api.refusalOf(`DELETE /api/tokens/${id}`, { as: ada })).toEqual([403, 'access.role_not_allowed']);
    expect(await api.ask(`DELETE /api/tokens/${id}`, { as: root })).toMatchObject({
      status: 200,
      body: { usageRecords: 1 },
    });
    expect(await works(secret)).toBe(false);
    expect(await api.refusalOf(`DELETE /api/tokens/${id}`, { as: root })).toEqual([404, 'token.not_found']);
  });
});

test('nothing of all this was a failure of the server’s', () => {
  expect(api.failures).toEqual([]);
});
