import { describe, expect, test } from 'vitest';
import { operatorAuthentication } from '../../access/authenticate.ts';
import { type TestApi, NOON, openTestApi } from '../../api.fixture.ts';
import { createApi } from '../../api.ts';
import { NO_USAGE } from './usage-sums.ts';

const DAY = 86_400_000;
const CALL = { provider: 'openai', model: 'gpt-4o', inputTokens: 100, outputTokens: 10, costNanos: 5 };

describe('GET /api/tokens/usage', () => {
  test('says what the seeded records of the administrator add up to', async () => {
    await using api = await openTestApi({ seeded: true });
    api.clock.now = Date.now();

    const answer = await api.ask('GET /api/tokens/usage', { as: 'iron_dev_admin_token_001' });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        tokenId: 1,
        userId: 'user_admin',
        projectId: 'project_alpha',
        name: 'Admin development token',
        from: 0,
        to: null,
        usage: {
          ...NO_USAGE,
          requests: '7',
          inputTokens: '24000',
          outputTokens: '6450',
          totalTokens: '30450',
          costNanos: '59265000',
        },
        limits: [
          { dimension: 'tokens', max: 1_000_000 },
          { dimension: 'requests', max: 60 },
          { dimension: 'cost', max: 100_000_000_000 },
        ],
      },
    });
  });

  test('is about the token that asks and no other, whatever its role and its scopes', async () => {
    await using api = await openTestApi();
    const people = await Promise.all(
      (['admin', 'user', 'viewer'] as const).map(async (role) => await api.person(role, role, [])),
    );
    for (const [index, { token }] of people.entries()) {
      await api.services.usage.recordUsage({ ...CALL, tokenId: token.id, requestsCount: index + 1 });
    }
    for (const [index, { secret: as, token, userId }] of people.entries()) {
      expect(await api.ask('GET /api/tokens/usage', { as })).toMatchObject({
        status: 200,
        body: { tokenId: token.id, userId, usage: { requests: String(index + 1), costNanos: '5' }, limits: [] },
      });
    }
    const { secret: newcomer } = await api.services.tokens.createToken({ userId: 'nobody with an account' });
    expect(await api.ask('GET /api/tokens/usage', { as: newcomer })).toMatchObject({ body: { usage: NO_USAGE } });
  });

  test('shows the limits of the owner and those in the project of the token, as full as they are', async () => {
    await using api = await openTestApi();
    const { limits } = api.services;
    await limits.createLimit({ userId: 'ada', maxTokensPerDay: 1_000 });
    await limits.createLimit({ userId: 'ada', projectId: 'engine', maxRequestsPerMinute: 5 });
    await limits.createLimit({ userId: 'ada', projectId: 'other', maxRequestsPerMinute: 6 });
    await limits.createLimit({ userId: 'ben', maxTokensPerDay: 7 });
    await limits.hold({ userId: 'ada', projectId: 'engine', tokens: 300, costNanos: 0 });
    const { secret: as } = await api.services.tokens.createToken({ userId: 'ada', projectId: 'engine' });

    expect(await api.ask('GET /api/tokens/usage', { as })).toMatchObject({
      body: {
        limits: [
          { projectId: null, dimension: 'tokens', max: 1_000, held: 300, left: 700 },
          { projectId: 'engine', dimension: 'requests', max: 5, held: 1, left: 4 },
        ],
      },
    });
  });

  test('can be of a part of the time', async () => {
    await using api = await openTestApi();
    const { secret: as, token } = await api.person('ada', 'user');
    for (const days of [0, 1, 2, 3]) {
      await api.services.usage.recordUsage({ ...CALL, tokenId: token.id, recordedAt: NOON - days * DAY });
    }
    const requestsIn = async (query: string) => await api.ask(`GET /api/tokens/usage?${query}`, { as });

    expect(await requestsIn(`from=${NOON - 2 * DAY}`)).toMatchObject({
      body: { from: NOON - 2 * DAY, to: null, usage: { requests: '3' } },
    });
    expect(await requestsIn(`to=${NOON}`)).toMatchObject({ body: { from: 0, to: NOON, usage: { requests: '3' } } });
    expect(await requestsIn(`from=${NOON - DAY}&to=${NOON}`)).toMatchObject({ body: { usage: { requests: '1' } } });
    expect(await requestsIn(`from=${NOON}&to=${NOON - DAY}`)).toMatchObject({ status: 400 });
    expect(await requestsIn('tokenId=1')).toMatchObject({ status: 400, body: { errors: [{ where: 'tokenId' }] } });
    expect(await requestsIn('from=yesterday')).toMatchObject({ status: 400, body: { errors: [{ where: 'from' }] } });
  });

  test('is not the token of an id: its path wins over that of one token', async () => {
    await using api = await openTestApi();
    const { secret: as } = await api.person('ada', 'user', []);
    expect(await api.ask('GET /api/tokens/usage', { as })).toMatchObject({ status: 200, body: { userId: 'ada' } });
    expect(await api.ask('GET /api/tokens/1', { as })).toMatchObject({
      status: 403,
      body: { code: 'access.scope_missing' },
    });
  });

  test('says clearly that whoever has the database itself has no token', async () => {
    await using api = await openTestApi();
    const answer = await askedByOperator(api, '/api/tokens/usage');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'access.no_own_token',
      detail: 'This is about the token that asks, and nobody has shown one.',
    });
  });
});

/** As the command line asks over a local database. */
async function askedByOperator({ services, failures }: TestApi, path: string): Promise<Response> {
  const authenticate = operatorAuthentication('alice');
  const local = createApi({ services, authenticate, onFailure: ({ error }) => failures.push(error) });
  return await local.request(path);
}
