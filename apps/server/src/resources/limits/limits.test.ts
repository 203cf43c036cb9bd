import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';
import { changeByHand } from '../../change-by-hand.fixture.ts';

const MIDNIGHT = Date.UTC(2026, 2, 2);
const DAY = 86_400_000;

let api: TestApi;
let as: string;
beforeAll(async () => {
  api = await openTestApi();
  as = (await api.person('root', 'admin')).secret;
});
afterAll(async () => await api[Symbol.asyncDispose]());

describe('a limit', () => {
  test('is made, listed, shown, changed and deleted by an administrator, and always says how full it is', async () => {
    const made = await api.ask('POST /api/limits', { as, body: { userId: 'ada', maxTokensPerDay: 1_000 } });
    const state = {
      limitId: 1,
      userId: 'ada',
      projectId: null,
      dimension: 'tokens',
      max: 1_000,
      settled: 0,
      held: 0,
      overage: 0,
      left: 1_000,
      windowStartedAt: MIDNIGHT - DAY,
      resetsAt: MIDNIGHT,
    };
    const limit = {
      id: 1,
      userId: 'ada',
      projectId: null,
      timeZone: 'UTC',
      maxTokensPerDay: 1_000,
      maxRequestsPerMinute: null,
      maxCostNanosPerMonth: null,
      createdAt: NOON,
      updatedAt: NOON,
      states: [state],
    };
    expect(made).toMatchObject({ status: 201, body: limit });

    await api.services.limits.hold({ userId: 'ada', tokens: 600, costNanos: 0 });
    const fuller = { ...limit, states: [{ ...state, held: 600, left: 400 }] };
    expect((await api.ask('GET /api/limits/1', { as })).body).toEqual(fuller);
    expect((await api.ask('GET /api/limits?userId=ada', { as })).body).toEqual({ items: [fuller], nextCursor: null });

    const body = { maxTokensPerDay: 500, maxRequestsPerMinute: 5, timeZone: 'Europe/Berlin' };
    expect(await api.ask('PATCH /api/limits/1', { as, body })).toMatchObject({
      status: 200,
      body: {
        timeZone: 'Europe/Berlin',
        maxTokensPerDay: 500,
        states: [
          { dimension: 'tokens', max: 500, held: 500, overage: 100, left: 0 },
          { dimension: 'requests', max: 5, left: 4 },
        ],
      },
    });

    expect(await api.ask('DELETE /api/limits/1', { as })).toMatchObject({ status: 204, body: '' });
    expect(await api.ask('GET /api/limits/1', { as })).toMatchObject({
      status: 404,
      body: { code: 'limit.not_found' },
    });
    expect((await api.services.audit.listEntries({ entityType: 'limit', entityId: '1' })).items).toMatchObject([
      { action: 'delete', actorUserId: 'root' },
      { action: 'update', actorUserId: 'root' },
      { action: 'create', actorUserId: 'root' },
    ]);
  });

  test('is made once for a user, and once for a request that is repeated', async () => {
    const request = { as, body: { userId: 'bea', maxRequestsPerMinute: 5 }, headers: { 'idempotency-key': 'bea' } };
    const first = await api.ask('POST /api/limits', request);
    const repeated = await api.ask('POST /api/limits', request);
    expect([first.status, repeated.status, repeated.body]).toEqual([201, 201, first.body]);
    expect(await api.ask('POST /api/limits', { as, body: request.body })).toMatchObject({
      status: 409,
      body: { code: 'limit.exists' },
    });
  });

  test.each([
    ['that limits nothing', { userId: 'eve' }, { code: 'limit.empty' }],
    [
      'of a zone that there is not',
      { userId: 'eve', maxTokensPerDay: 1, timeZone: 'Mars' },
      { code: 'limit.invalid_time_zone' },
    ],
    [
      'with a field that there is not',
      { userId: 'eve', maxTokens: 1 },
      { errors: [{ where: '/maxTokens', message: 'there is no such field' }] },
    ],
    ['of less than nothing', { userId: 'eve', maxTokensPerDay: -1 }, { errors: [{ where: '/maxTokensPerDay' }] }],
    ['of nobody', { maxTokensPerDay: 1 }, { errors: [{ where: '/userId' }] }],
  ])('%s is refused', async (_, body, problem) => {
    expect(await api.ask('POST /api/limits', { as, body })).toMatchObject({ status: 422, body: problem });
  });

  test('of somebody else cannot be seen: it is as if there were none', async () => {
    const mia = await api.person('mia', 'user');
    const [own, other] = await Promise.all(
      ['mia', 'noa'].map(async (userId) => await api.services.limits.createLimit({ userId, maxTokensPerDay: 5 })),
    );
    expect((await api.ask('GET /api/limits', { as: mia.secret })).body).toMatchObject({ items: [{ id: own?.id }] });
    expect(await api.ask(`GET /api/limits/${other?.id ?? 0}`, { as: mia.secret })).toMatchObject({
      status: 404,
      body: { code: 'limit.not_found', detail: `There is no limit ${other?.id}.` },
    });
  });
});

describe('the states of limits', () => {
  test('are by default those of the one who asks, in the project of their token', async () => {
    const { limits, tokens } = api.services;
    await limits.createLimit({ userId: 'pia', maxRequestsPerMinute: 60 });
    await limits.createLimit({ userId: 'pia', projectId: 'search', maxTokensPerDay: 9_000, maxCostNanosPerMonth: 5 });
    const { secret } = await tokens.createToken({ userId: 'pia', projectId: 'search', scopes: ['limits:read'] });

    const asked = await api.ask('GET /api/limits/states', { as: secret });

    expect(asked.body).toMatchObject({
      states: [
        { projectId: null, dimension: 'requests', max: 60 },
        { projectId: 'search', dimension: 'tokens', max: 9_000 },
        { projectId: 'search', dimension: 'cost', max: 5 },
      ],
    });
    const [ofUser, inProject] = (await limits.listLimits({ userId: 'pia' })).items.map(({ id }) => id);
    expect(asked.headers.get('ratelimit')).toBe(
      `"${ofUser}-requests";r=60;t=60, "${inProject}-tokens";r=9000;t=43200, "${inProject}-cost";r=5;t=2635200`,
    );
    expect(asked.headers.get('ratelimit-policy')).toBe(
      `"${ofUser}-requests";q=60;qu="requests";w=60, "${inProject}-tokens";q=9000;qu="tokens";w=86400, ` +
        `"${inProject}-cost";q=5;qu="nano-usd";w=2678400`,
    );
    const elsewhere = await api.ask('GET /api/limits/states?userId=pia&projectId=', { as: secret });
    expect(elsewhere.body).toMatchObject({ states: [{ projectId: null }] });
    const byAdmin = await api.ask('GET /api/limits/states?userId=pia', { as });
    expect(byAdmin.body).toEqual(elsewhere.body);
    const inSearch = await api.ask('GET /api/limits/states?userId=pia&projectId=search', { as });
    expect(inSearch.body).toEqual(asked.body);
  });

  test('of somebody whom nothing limits are none, and no header says otherwise', async () => {
    const { body, headers } = await api.ask('GET /api/limits/states', { as });
    expect([body, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([{ states: [] }, null, null]);
  });

  test('do not count what is held by a call whose time is over', async () => {
    const { limits } = api.services;
    const { id } = await limits.createLimit({ userId: 'tom', maxTokensPerDay: 10 });
    await limits.hold({ userId: 'tom', tokens: 6, costNanos: 0, ttlMs: 1 });
    const heldOf = async () => [
      (await api.ask('GET /api/limits/states?userId=tom', { as })).body,
      { states: (await api.ask(`GET /api/limits/${id}`, { as })).body },
    ];
    expect(await heldOf()).toMatchObject([{ states: [{ held: 6, left: 4 }] }, { states: { states: [{ held: 6 }] } }]);
    api.clock.now += 1;
    expect(await heldOf()).toMatchObject([{ states: [{ held: 0, left: 10 }] }, { states: { states: [{ held: 0 }] } }]);
    api.clock.now -= 1;
  });
});

test('a verification adds up what is held, and names each counter that says otherwise', async () => {
  const { id } = await api.services.limits.createLimit({ userId: 'uma', maxTokensPerDay: 10 });
  await api.services.limits.hold({ userId: 'uma', tokens: 6, costNanos: 0 });
  expect((await api.ask('GET /api/limits/verification', { as })).body).toEqual({ drifts: [] });

  await changeByHand(api.services.database, 'UPDATE usage_limits SET tokens_held = 7 WHERE id = ?', id);

  expect((await api.ask('GET /api/limits/verification', { as })).body).toEqual({
    drifts: [{ limitId: id, dimension: 'tokens', counted: 7, holds: 6 }],
  });
});

test('nothing of this was a failure of the server itself', () => {
  expect(api.failures).toEqual([]);
});
