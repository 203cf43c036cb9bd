import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answered } from '../../api.fixture.ts';
import { CALL, ESTIMATE, type GatewayApi, openGatewayApi, requestIdOf, USED } from './gateway-api.fixture.ts';

let api: GatewayApi;
beforeAll(async () => void (api = await openGatewayApi()));
afterAll(async () => await api[Symbol.asyncDispose]());

/** What a client is told, but for the names of its request and of the call that it asks about. */
function told({ status, body }: Answered, call = ''): [number, string] {
  return [status, JSON.stringify({ ...Object(body), requestId: null }).replaceAll(call, '')];
}

describe('a call is refused', () => {
  test('with 429 when a limit has no room: which, how much is left, and when to come again', async () => {
    const caller = await api.caller();
    const { userId } = caller;
    const { id } = await api.services.limits.createLimit({ userId, maxTokensPerDay: 200, maxRequestsPerMinute: 9 });
    await api.hold(caller);

    const refused = await api.hold(caller);

    expect(refused).toMatchObject({
      status: 429,
      body: {
        code: 'limit.exceeded',
        refusals: [{ limitId: id, dimension: 'tokens', max: 200, held: 150, left: 50, requested: 150 }],
      },
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '43200',
      ratelimit: `"${id}-tokens";r=50;t=43200`,
      'ratelimit-policy': `"${id}-tokens";q=200;qu="tokens";w=86400`,
    });
  });

  test('without Retry-After when it is larger than the limit: it would never fit', async () => {
    const caller = await api.caller();
    await api.services.limits.createLimit({ userId: caller.userId, maxTokensPerDay: 149 });
    const { status, headers } = await api.hold(caller);
    expect([status, headers.get('retry-after'), headers.has('ratelimit')]).toEqual([429, null, true]);
  });

  test('by two limits at once, naming both, first what takes longest, and takes nothing of a third', async () => {
    const caller = await api.caller();
    const { userId } = caller;
    const { limits } = api.services;
    const ofUser = await limits.createLimit({ userId, maxRequestsPerMinute: 0, maxTokensPerDay: 1_000 });
    const inProject = await limits.createLimit({ userId, projectId: 'search', maxCostNanosPerMonth: ESTIMATE - 1 });

    expect((await api.hold(caller)).body).toMatchObject({
      refusals: [
        { limitId: inProject.id, dimension: 'cost', projectId: 'search', left: ESTIMATE - 1, requested: ESTIMATE },
        { limitId: ofUser.id, dimension: 'requests', left: 0, requested: 1 },
      ],
    });
    expect((await limits.getLimit(ofUser.id)).states.map(({ held }) => held)).toEqual([0, 0]);
  });

  test('exactly as often as there is no room, however many come at once', async () => {
    const caller = await api.caller();
    await api.services.limits.createLimit({ userId: caller.userId, maxRequestsPerMinute: 50 });
    const answers = await Promise.all(Array.from({ length: 200 }, async () => await api.hold(caller)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(150);
    expect(await api.services.limits.limitStates({ userId: caller.userId })).toMatchObject([{ held: 50, left: 0 }]);
  });

  test('with 403 and not 401 when its token is not valid: that of the gateway is', async () => {
    const { token, tokenId } = await api.caller();
    await api.services.tokens.revokeToken({ tokenId });
    const [revoked, unknown] = [await api.hold({ token }), await api.hold({ token: 'nonsense' })];
    for (const { status, body, headers } of [revoked, unknown]) {
      expect([status, headers.get('www-authenticate')]).toEqual([403, null]);
      expect(body).toMatchObject({ code: 'admission.token_refused', detail: 'The token of the call is not accepted.' });
    }
  });

  test('with 403 when its token may not call the provider, or nobody knows its price and the cost is limited', async () => {
    const bound = await api.caller({ provider: 'openai' });
    expect(await api.hold(bound)).toMatchObject({ status: 403, body: { code: 'admission.provider_not_allowed' } });

    const caller = await api.caller();
    expect(await api.hold(caller, { model: 'new' })).toMatchObject({ status: 201, body: { held: { costNanos: 0 } } });
    await api.services.limits.createLimit({ userId: caller.userId, maxCostNanosPerMonth: 1_000_000_000 });
    expect(await api.hold(caller, { model: 'new' })).toMatchObject({
      status: 403,
      body: { code: 'admission.unpriced_model' },
    });
  });

  test.each([
    ['has a field that there is not', { maxTokens: 5 }, '/maxTokens'],
    ['is said to use nothing', { inputTokens: 0, maxOutputTokens: 0 }, ''],
    ['is said to use less than nothing', { inputTokens: -1 }, '/inputTokens'],
    ['would be held for longer than a day', { ttlMs: 86_400_001 }, '/ttlMs'],
    ['has a token where it would be written down', { model: `iron_dev_${'a'.repeat(49)}` }, '/model'],
  ])('with 422 when it %s, and no token is in the answer', async (_, about, where) => {
    const { token } = await api.caller();
    const { status, body } = await api.hold({ token }, about);
    expect([status, body]).toMatchObject([422, { errors: [{ where }] }]);
    expect(JSON.stringify(body)).not.toMatch(/iron_dev_\w{10}/);
  });
});

describe('the gateway of a user', () => {
  test('lets through the calls of that user alone: the token of somebody else is as good as none', async () => {
    const stranger = await api.caller();
    const mia = await api.person('mia', 'user', ['holds:write']);
    const own = await api.services.tokens.createToken({ userId: 'mia', scopes: [] });
    const hold = async (token: string) =>
      await api.ask('POST /api/holds', { as: mia.secret, body: { ...CALL, token } });

    const [foreign, unknown] = [await hold(stranger.token), await hold('nonsense')];

    expect(foreign).toMatchObject({ status: 403, body: { code: 'admission.token_refused' } });
    expect(told(foreign)).toEqual(told(unknown));
    expect(await hold(own.secret)).toMatchObject({ status: 201, body: { token: { userId: 'mia' } } });
    expect((await api.services.limits.listHolds({ userId: stranger.userId })).items).toEqual([]);
  });

  test('cannot settle, release or see the call of somebody else, nor learn that there is one', async () => {
    const requestId = requestIdOf(await api.hold(await api.caller()));
    const { secret: as } = await api.person('noa', 'user', ['holds:read', 'holds:write']);
    const askAll = async (id: string) => [
      told(await api.ask(`POST /api/holds/${id}/settle`, { as, body: USED }), id),
      told(await api.ask(`POST /api/holds/${id}/release`, { as }), id),
      told(await api.ask(`GET /api/holds/${id}`, { as }), id),
    ];

    const foreign = await askAll(requestId);

    expect(foreign.map(([status]) => status)).toEqual([404, 404, 404]);
    expect(foreign).toEqual(await askAll('no-such-call'));
    expect(await api.services.limits.getHold(requestId)).toMatchObject({ state: 'held' });
  });
});

describe('what a call used is refused', () => {
  test.each([
    [
      'with a field that there is not',
      { ...USED, tokens: 5 },
      { code: 'http.invalid_request', errors: [{ where: '/tokens' }] },
    ],
    [
      'with the time of another day',
      { ...USED, recordedAt: 1_600_000_000_000 },
      { errors: [{ where: '/recordedAt' }] },
    ],
    ['with a count below nothing', { ...USED, outputTokens: -1 }, { errors: [{ where: '/outputTokens' }] }],
    ['without counts', {}, { errors: [{ where: '/inputTokens' }, { where: '/outputTokens' }] }],
    [
      'with parts that are more than the whole',
      { ...USED, reasoningTokens: 11 },
      { code: 'usage.totals_do_not_add_up' },
    ],
    ['with more tokens than a call can use', { ...USED, outputTokens: 10 ** 12 }, { code: 'usage.invalid_count' }],
  ])('%s, and the call can still be settled', async (_, used, problem) => {
    const requestId = requestIdOf(await api.hold(await api.caller()));
    expect(await api.settle(requestId, used)).toMatchObject({ status: 422, body: problem });
    expect(await api.settle(requestId)).toMatchObject({ status: 200, body: { settled: true } });
  });

  test('where something else than a call was held', async () => {
    const { requestId } = await api.services.limits.hold({ userId: 'ada', tokens: 1, costNanos: 0 });
    expect(await api.settle(requestId)).toMatchObject({ status: 409, body: { code: 'admission.not_admitted' } });
  });
});

test('nothing of this was a failure of the server itself', () => {
  expect(api.failures).toEqual([]);
});
