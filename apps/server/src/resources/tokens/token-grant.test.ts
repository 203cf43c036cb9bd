import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';
import type { Principal } from '../../access/principal.ts';
import { bindLikeOwn, requireScopesWithin } from './token-grant.ts';

const HOUR = 3_600_000;
const IN_AN_HOUR = NOON + HOUR;
const WRITER = ['tokens:read', 'tokens:write', 'usage:read'];

let api: TestApi;
let root: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  await api.services.users.createUser({ id: 'ada', username: 'ada', role: 'user' });
  await api.services.agents.createAgent({ name: 'summariser', providers: ['openai'] });
  await api.services.agents.createAgent({ name: 'translator', providers: [] });
});
beforeEach(() => void (api.clock.now = NOON));
afterAll(async () => await api[Symbol.asyncDispose]());

const FREE = { projectId: null, agentId: null, provider: null, expiresAt: null };
const BOUND = { projectId: 'search', agentId: 1, provider: 'openai', expiresAt: IN_AN_HOUR };

type About = Partial<Parameters<TestApi['services']['tokens']['createToken']>[0]>;

/** A token of Ada's that may write tokens. */
async function tokenOfAda(about: About = {}): Promise<{ id: number; as: string }> {
  const { token, secret } = await api.services.tokens.createToken({ userId: 'ada', scopes: WRITER, ...about });
  return { id: token.id, as: secret };
}

const problem = z.looseObject({ code: z.string() });
const made = z.looseObject({ secret: z.string() });

async function askToMake(as: string, body: object) {
  return await api.ask('POST /api/tokens', { as, body });
}

async function rotate(as: string, id: number, body: object = {}) {
  return await api.ask(`POST /api/tokens/${id}/rotate`, { as, body });
}

async function change(as: string, id: number, body: object) {
  return await api.ask(`PATCH /api/tokens/${id}`, { as, body });
}

function whoHas(scopes: string[]): Principal {
  return { userId: 'ada', role: 'user', scopes, token: null };
}

describe('scopes', () => {
  test.each([
    ['*', '*'],
    ['*', 'limits:*'],
    ['usage:read', 'usage:read'],
    ['usage:*', 'usage:read'],
    ['usage:*', 'usage:*'],
    ['models/openai/*:call', 'models/openai/gpt-5:call'],
    ['models/*:call', 'models/openai/*:call'],
    ['models/openai/*:call', 'models/openai/*:call'],
    ['models/*:*', 'models/openai:*'],
  ])('%s is enough to give %s', (own, wanted) => {
    expect(() => requireScopesWithin(whoHas(['agents:read', own]), [wanted])).not.toThrow();
  });

  test.each([
    ['usage:read', '*'],
    ['usage:*', '*'],
    ['usage:read', 'usage:write'],
    ['usage:read', 'usage:*'],
    ['usage:read', 'limits:read'],
    ['models/openai/*:call', 'models/*:call'],
    ['models/openai/*:call', 'models/openai:call'],
    ['models/openai/*:*', 'models/openai:*'],
    ['models/openai/*:*', 'models/openai-eu/*:call'],
    ['models/openai/*:call', 'models/openai-eu/gpt-5:call'],
    ['models/openai:call', 'models/openai/gpt-5:call'],
    ['models/openai:*', 'models/openai/*:call'],
    ['models/openai/*:call', 'models/openai/*:*'],
  ])('%s is not enough to give %s', (own, wanted) => {
    expect(() => requireScopesWithin(whoHas([own]), [wanted])).toThrow(`it has no scope ${wanted}`);
  });

  test('without scopes nothing can be given, and no scope at all always can', () => {
    expect(() => requireScopesWithin(whoHas([]), ['usage:read'])).toThrow('it has no scope usage:read');
    expect(() => requireScopesWithin(whoHas([]), [])).not.toThrow();
    expect(() => requireScopesWithin(whoHas([]))).not.toThrow();
  });

  test.each(['user', 'admin'] as const)('a token of a %s makes none that may more than itself', async (role) => {
    const userId = `narrow-${role}`;
    const { secret: as } = await api.person(userId, role, WRITER);
    expect(await askToMake(as, { userId, scopes: ['usage:read'] })).toMatchObject({ status: 201 });
    for (const scopes of [['*'], ['usage:read', 'usage:write'], ['tokens:*']]) {
      expect(await askToMake(as, { userId, scopes })).toMatchObject({
        status: 403,
        body: { code: 'access.grant_too_wide' },
      });
    }
  });

  test('an administrator’s token of few scopes comes by no more through import, change or rotation', async () => {
    const { secret: as } = await api.person('narrow', 'admin', ['tokens:write']);
    const { id } = await tokenOfAda({ scopes: ['usage:read'] });
    const tooWide = { status: 403, body: { code: 'access.grant_too_wide' } };
    const imported = { userId: 'narrow', tokenHash: 'a'.repeat(64), scopes: ['usage:read'] };
    expect(await api.ask('POST /api/tokens/import', { as, body: imported })).toMatchObject(tooWide);
    expect(await api.ask(`PATCH /api/tokens/${id}`, { as, body: { scopes: ['usage:read'] } })).toMatchObject(tooWide);
    expect(await api.ask(`POST /api/tokens/${id}/rotate`, { as })).toMatchObject(tooWide);
    expect(await api.services.tokens.getToken(id)).toMatchObject({ state: 'active', scopes: ['usage:read'] });
  });
});

describe('a token that is made by whoever is no administrator', () => {
  test('belongs to them', async () => {
    const { as } = await tokenOfAda();
    expect(await askToMake(as, {})).toMatchObject({ status: 201, body: { token: { userId: 'ada', ...FREE } } });
    for (const userId of ['root', 'nobody']) {
      expect(await askToMake(as, { userId })).toMatchObject({ status: 403, body: { code: 'access.not_yours' } });
    }
  });

  test('is bound as the one that was shown, where nothing is said', async () => {
    const { as } = await tokenOfAda(BOUND);
    expect(await askToMake(as, {})).toMatchObject({ status: 201, body: { token: BOUND } });
    expect(await askToMake(as, BOUND)).toMatchObject({ status: 201, body: { token: BOUND } });
  });

  test('may be bound more narrowly', async () => {
    const { as } = await tokenOfAda();
    const narrow = { provider: 'openai', expiresAt: IN_AN_HOUR };
    expect(await askToMake(as, narrow)).toMatchObject({ status: 201, body: { token: { ...FREE, ...narrow } } });
  });

  test.each([
    [{ projectId: 'billing' }, 'access.not_yours'],
    [{ projectId: null }, 'access.not_yours'],
    [{ agentId: 2 }, 'access.not_yours'],
    [{ agentId: null }, 'access.not_yours'],
    [{ provider: 'anthropic' }, 'access.grant_too_wide'],
    [{ provider: null }, 'access.grant_too_wide'],
    [{ expiresAt: IN_AN_HOUR + 1 }, 'access.grant_too_wide'],
    [{ expiresAt: null }, 'access.grant_too_wide'],
  ])('does not get out of its bounds by %j', async (wanted, code) => {
    const { as } = await tokenOfAda(BOUND);
    expect(await askToMake(as, wanted)).toMatchObject({ status: 403, body: { code } });
  });

  test('is of no project and no agent, where the one that was shown is of none', async () => {
    const { as } = await tokenOfAda();
    expect(await askToMake(as, { projectId: 'search' })).toMatchObject({ body: { code: 'access.not_yours' } });
    const [there, missing] = [await askToMake(as, { agentId: 1 }), await askToMake(as, { agentId: 77 })];
    expect(there).toMatchObject({ status: 403, body: { code: 'access.not_yours' } });
    expect({ ...problem.parse(there.body), requestId: '' }).toEqual({ ...problem.parse(missing.body), requestId: '' });
  });

  test('is new: one that is in use elsewhere is imported by administrators alone', async () => {
    const { as } = await tokenOfAda({ scopes: ['*'] });
    expect(await askToMake(as, { token: 'sk-legacy-K7vQ2mB9xT4wZ1pL8nR5' })).toMatchObject({
      status: 403,
      body: { code: 'access.role_not_allowed' },
    });
  });
});

test('an administrator and whoever is at the shell bind a token to what they like', async () => {
  const wanted = { userId: 'ada', ...BOUND, agentId: 2, expiresAt: null };
  expect(await askToMake(root, wanted)).toMatchObject({ status: 201, body: { token: wanted } });
  const operator: Principal = { userId: 'os:eve', role: 'admin', scopes: ['*'], token: null };
  expect(bindLikeOwn(operator, { projectId: 'search' })).toEqual({ projectId: 'search' });
});

describe('a rotation by whoever is no administrator', () => {
  test('takes the bounds of the old token over', async () => {
    const { id, as } = await tokenOfAda(BOUND);
    const { status, body } = await rotate(as, id);
    expect({ status, body }).toMatchObject({ status: 201, body: { token: { ...BOUND, rotatedFromId: id } } });
    expect(await api.ask(`GET /api/tokens/${id}`, { as: made.parse(body).secret })).toMatchObject({ status: 200 });
  });

  test.each([
    [{ projectId: null }, 'access.not_yours'],
    [{ projectId: 'billing' }, 'access.not_yours'],
    [{ agentId: null }, 'access.not_yours'],
    [{ agentId: 2 }, 'access.not_yours'],
    [{ provider: null }, 'access.grant_too_wide'],
    [{ provider: 'anthropic' }, 'access.grant_too_wide'],
    [{ expiresAt: null }, 'access.grant_too_wide'],
    [{ expiresAt: IN_AN_HOUR + 1 }, 'access.grant_too_wide'],
    [{ scopes: ['usage:write'] }, 'access.grant_too_wide'],
  ])('gives no hold of their token that is bound otherwise: %j', async (other, code) => {
    const { as } = await tokenOfAda(BOUND);
    const { id } = await tokenOfAda({ ...BOUND, ...other });
    expect(await rotate(as, id)).toMatchObject({ status: 403, body: { code } });
    expect(await api.services.tokens.getToken(id)).toMatchObject({ state: 'active', ...other });
  });

  test('gives a token that ends with the one that was shown, if that is asked for', async () => {
    const { as } = await tokenOfAda({ expiresAt: IN_AN_HOUR });
    const { id } = await tokenOfAda();
    expect(await rotate(as, id, { expiresAt: IN_AN_HOUR })).toMatchObject({ status: 201 });
  });

  test('is possible with a token that is bound to less', async () => {
    const { as } = await tokenOfAda();
    const narrow = { agentId: 1, provider: 'openai', expiresAt: IN_AN_HOUR };
    const { id } = await tokenOfAda(narrow);
    expect(await rotate(as, id)).toMatchObject({ status: 201, body: { token: narrow } });
  });

  test.each([IN_AN_HOUR + 1, null])('makes no token work for longer: until %j', async (expiresAt) => {
    const { as } = await tokenOfAda();
    const { id } = await tokenOfAda({ expiresAt: IN_AN_HOUR });
    const refused = { status: 403, body: { code: 'access.grant_too_wide' } };
    expect(await rotate(as, id, { expiresAt })).toMatchObject(refused);
    expect(await rotate(root, id, { expiresAt })).toMatchObject({ status: 201, body: { token: { expiresAt } } });
  });
});

describe('a change by whoever is no administrator', () => {
  test.each([IN_AN_HOUR + 1, null])('makes no token work for longer: until %j', async (expiresAt) => {
    const { as } = await tokenOfAda();
    const { id } = await tokenOfAda({ expiresAt: IN_AN_HOUR });
    expect(await change(as, id, { expiresAt })).toMatchObject({ status: 403, body: { code: 'access.grant_too_wide' } });
    expect(await change(root, id, { expiresAt })).toMatchObject({ status: 200, body: { expiresAt } });
  });

  test('brings back no token that has expired', async () => {
    const { as } = await tokenOfAda();
    const { id } = await tokenOfAda({ expiresAt: IN_AN_HOUR });
    api.clock.now = IN_AN_HOUR;
    expect(await change(as, id, { expiresAt: IN_AN_HOUR + HOUR })).toMatchObject({ status: 403 });
    expect(await change(as, id, { expiresAt: IN_AN_HOUR })).toMatchObject({ body: { state: 'expired' } });
  });

  test('gives a token no scope that the one that was shown lacks', async () => {
    const { as } = await tokenOfAda();
    const { id } = await tokenOfAda({ scopes: [] });
    expect(await change(as, id, { scopes: ['usage:write'] })).toMatchObject({
      body: { code: 'access.grant_too_wide' },
    });
    expect(await change(as, id, { scopes: ['usage:read'] })).toMatchObject({ body: { scopes: ['usage:read'] } });
  });

  test.each([{ projectId: null }, { agentId: null }, { provider: null }, { expiresAt: null }])(
    'gives no scope to a token that outlives or outreaches the one that was shown: %j',
    async (other) => {
      const { as } = await tokenOfAda(BOUND);
      const { id } = await tokenOfAda({ ...BOUND, ...other, scopes: [] });
      expect(await change(as, id, { scopes: ['usage:read'] })).toMatchObject({ status: 403 });
      expect(await change(as, id, { name: 'renamed' })).toMatchObject({ status: 200, body: { scopes: [] } });
    },
  );

  test('shortens a token and then gives it scopes, since it does not outlive the one that was shown', async () => {
    const { as } = await tokenOfAda({ expiresAt: IN_AN_HOUR });
    const { id } = await tokenOfAda({ scopes: [] });
    const body = { scopes: ['usage:read'], expiresAt: IN_AN_HOUR };
    expect(await change(as, id, body)).toMatchObject({ status: 200, body });
  });
});
