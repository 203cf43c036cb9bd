import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldOf } from '../../answer-field.fixture.ts';
import { NOON, openTestApi, type Person, type TestApi } from '../../api.fixture.ts';
import { changeByHand } from '../../change-by-hand.fixture.ts';
import { NO_USAGE } from './usage-sums.ts';

const DAY = 86_400_000;
const TODAY = NOON - (NOON % DAY);
const CALL = { provider: 'openai', model: 'gpt-4o', inputTokens: 100, outputTokens: 10 };

let api: TestApi;
let admin: Person;
let ada: Person;
let ben: Person;

/** Three calls of ada's and one of ben's: two days, two models, one of which has no price. */
beforeAll(async () => {
  api = await openTestApi();
  admin = await api.person('root', 'admin');
  ada = await api.person('ada', 'user', ['usage:read']);
  ben = await api.person('ben', 'viewer', ['usage:read']);
  for (const call of [
    { tokenId: ada.token.id, recordedAt: NOON - DAY, costNanos: 7 },
    { tokenId: ada.token.id, recordedAt: NOON, costNanos: 8 },
    { tokenId: ada.token.id, recordedAt: NOON + 1, provider: 'in-house', model: 'large' },
    { tokenId: ben.token.id, recordedAt: NOON + 2, costNanos: 9 },
  ]) {
    await api.services.usage.recordUsage({ ...CALL, ...call });
  }
});
afterAll(async () => await api[Symbol.asyncDispose]());

const ids = (...of: number[]) => ({ status: 200, body: { items: of.map((id) => ({ id })) } });

describe('GET /api/usage', () => {
  test('lists what was recorded, page by page', async () => {
    const { secret: as } = admin;
    const first = await api.ask('GET /api/usage?limit=3', { as });
    expect(first).toMatchObject(ids(1, 2, 3));
    const cursor = String(fieldOf(first, 'nextCursor'));
    expect(await api.ask(`GET /api/usage?limit=3&cursor=${cursor}`, { as })).toMatchObject({
      body: { items: [{ id: 4, userId: 'ben', projectId: null, costNanos: 9 }], nextCursor: null },
    });
    expect(await api.ask(`GET /api/usage?from=${NOON}&to=${NOON + 2}&model=large`, { as })).toMatchObject(ids(3));
    expect(await api.ask('GET /api/usage?cursor=nonsense', { as })).toMatchObject({
      status: 400,
      body: { code: 'input.invalid_cursor' },
    });
    expect(await api.ask('GET /api/usage?user=ada', { as })).toMatchObject({ status: 400 });
  });

  test('shows users and viewers their own', async () => {
    expect(await api.ask('GET /api/usage', { as: ada.secret })).toMatchObject(ids(1, 2, 3));
    expect(await api.ask('GET /api/usage?userId=ben', { as: ben.secret })).toMatchObject(ids(4));
    expect(await api.ask(`GET /api/usage?tokenId=${ben.token.id}`, { as: ada.secret })).toMatchObject(ids());
    expect(await api.ask('GET /api/usage?userId=ben', { as: ada.secret })).toMatchObject({
      status: 403,
      body: { code: 'access.not_yours' },
    });
  });
});

const line = (day: number, userId: string, model: string, costNanos: string) => ({
  ...NO_USAGE,
  period: { start: day, end: day + DAY, label: new Date(day).toISOString().slice(0, 10) },
  userId,
  model,
  requests: '1',
  inputTokens: '100',
  outputTokens: '10',
  totalTokens: '110',
  costNanos,
});

describe('GET /api/usage/report', () => {
  test('adds up by dimensions and days, with sums as texts of digits', async () => {
    const report = await api.ask('GET /api/usage/report?groupBy=user,model&interval=day', { as: admin.secret });
    expect(report.body).toEqual({
      items: [
        line(TODAY - DAY, 'ada', 'gpt-4o', '7'),
        line(TODAY, 'ada', 'gpt-4o', '8'),
        { ...line(TODAY, 'ada', 'large', '0'), unpricedRequests: '1' },
        line(TODAY, 'ben', 'gpt-4o', '9'),
      ],
      nextCursor: null,
    });
  });

  test('has the days of a time zone', async () => {
    const path = `GET /api/usage/report?interval=day&timeZone=Pacific/Auckland&from=${NOON - 2 * DAY}` as const;
    expect(await api.ask(path, { as: admin.secret })).toMatchObject({
      body: {
        items: [
          { period: { label: '2026-03-01' }, requests: '1' },
          { period: { label: '2026-03-02' }, requests: '3' },
        ],
      },
    });
  });

  test('asks for what is in no project with an empty parameter', async () => {
    const { secret: as } = admin;
    expect(await api.ask('GET /api/usage/report?projectId=', { as })).toMatchObject({
      body: { items: [{ requests: '4' }] },
    });
    expect(await api.ask('GET /api/usage/report?projectId=engine', { as })).toMatchObject({ body: { items: [] } });
    expect(await api.ask('GET /api/usage/report?agentId=', { as })).toMatchObject({
      body: { items: [{ requests: '4' }] },
    });
  });

  test('is of one’s own for users and viewers', async () => {
    const path = 'GET /api/usage/report?groupBy=user' as const;
    expect(await api.ask(path, { as: ada.secret })).toMatchObject({
      body: { items: [{ userId: 'ada', requests: '3' }] },
    });
    expect(await api.ask(path, { as: ben.secret })).toMatchObject({
      body: { items: [{ userId: 'ben', requests: '1' }] },
    });
    expect(await api.ask('GET /api/usage/report?userId=ada', { as: ben.secret })).toMatchObject({ status: 403 });
  });

  test.each([
    ['groupBy=colour', 'groupBy.0'],
    ['groupBy=user,user', 'groupBy'],
    ['interval=week', 'interval'],
    ['timeZone=Mars/Olympus', 'timeZone'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['group=user', 'group'],
    ['from=1e12', 'from'],
  ])('refuses %s', async (query, where) => {
    expect(await api.ask(`GET /api/usage/report?${query}`, { as: admin.secret })).toMatchObject({
      status: 400,
      body: { code: 'http.invalid_request', errors: [{ where }] },
    });
  });
});

describe('prices of what was used', () => {
  test('that are missing are listed, found when there are some, and change the sums', async () => {
    await using own = await openTestApi();
    const { secret: as, token } = await own.person('root', 'admin');
    await own.services.usage.recordUsage({ ...CALL, tokenId: token.id, provider: 'in-house', model: 'large' });
    const unpriced = 'GET /api/usage/unpriced' as const;
    expect(await own.ask(unpriced, { as })).toMatchObject({
      body: {
        items: [{ provider: 'in-house', model: 'large', rows: 1, firstAt: NOON, lastAt: NOON }],
        nextCursor: null,
      },
    });

    await own.services.prices.setPriceOverride({ provider: 'in-house', model: 'large', input: '1.00', output: '2.00' });
    own.clock.now += 1_000;
    expect(await own.ask('POST /api/usage/reprice', { as })).toMatchObject({
      status: 200,
      body: { rows: 1, priced: 1, unpriced: 0, costChangeNanos: '120000' },
    });

    expect(await own.ask(unpriced, { as })).toMatchObject({ body: { items: [] } });
    expect(await own.ask('GET /api/usage/report', { as })).toMatchObject({
      body: { items: [{ costNanos: '120000' }] },
    });
    const [entry] = (await own.services.audit.listEntries({ entityType: 'usage' })).items;
    expect(entry).toMatchObject({ action: 'reprice', actorUserId: 'root' });
  });

  test('are found anew for what is named, and nothing else is taken', async () => {
    const { secret: as } = admin;
    expect(await api.ask('POST /api/usage/reprice', { as, body: { model: 'none', all: true } })).toMatchObject({
      body: { rows: 0, costChangeNanos: '0' },
    });
    for (const body of [{ everything: true }, { actor: { userId: 'ada' } }, { all: 'yes' }]) {
      expect(await api.ask('POST /api/usage/reprice', { as, body })).toMatchObject({ status: 422 });
    }
  });

  test.each([['GET /api/usage/unpriced'], ['POST /api/usage/reprice'], ['GET /api/usage/verification']] as const)(
    'are not for users and viewers: %s',
    async (request) => {
      const { secret: as } = await api.services.tokens.createToken({ userId: 'ada', scopes: ['*'] });
      expect(await api.ask(request, { as })).toMatchObject({ status: 403, body: { code: 'access.role_not_allowed' } });
    },
  );
});

describe('GET /api/usage/verification', () => {
  test('finds a sum that is not what the records add up to', async () => {
    await using own = await openTestApi();
    const { secret: as, token } = await own.person('root', 'admin');
    await own.services.usage.recordUsage({ ...CALL, tokenId: token.id });
    const verify = async () => (await own.ask('GET /api/usage/verification', { as })).body;
    expect(await verify()).toEqual({ days: 1, drifted: 0, drifts: [] });

    await changeByHand(own.services.database, 'UPDATE _usage_by_token SET total_tokens = total_tokens + 1');

    expect(await verify()).toEqual({
      days: 1,
      drifted: 1,
      drifts: [
        {
          table: '_usage_by_token',
          start: TODAY,
          subject: `token ${token.id}`,
          column: 'total_tokens',
          kept: '111',
          derived: '110',
        },
      ],
    });
  });
});
