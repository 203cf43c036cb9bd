import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOON } from '../../api.fixture.ts';
import { CALL, COST, ESTIMATE, type GatewayApi, openGatewayApi, requestIdOf, USED } from './gateway-api.fixture.ts';

const QUARTER_OF_AN_HOUR = 900_000;

let api: GatewayApi;
beforeAll(async () => void (api = await openGatewayApi()));
afterAll(async () => await api[Symbol.asyncDispose]());

const statesOf = async (userId: string) => await api.services.limits.limitStates({ userId, projectId: 'search' });

describe('a call that is let through', () => {
  test('says whose it is, what it holds and until when, and how full its limits are with it', async () => {
    const caller = await api.caller();
    const { userId, tokenId } = caller;
    const { id } = await api.services.limits.createLimit({ userId, maxTokensPerDay: 1_000 });

    const held = await api.hold(caller, { requestId: 'first' });

    expect(held).toMatchObject({ status: 201 });
    expect(held.body).toEqual({
      requestId: 'first',
      isNew: true,
      expiresAt: NOON + QUARTER_OF_AN_HOUR,
      held: { tokens: 150, requests: 1, costNanos: ESTIMATE },
      token: { tokenId, userId, projectId: 'search', agentId: null, allowedProviders: null },
    });
    expect(held.headers.get('ratelimit')).toBe(`"${id}-tokens";r=850;t=43200`);
    expect(held.headers.get('ratelimit-policy')).toBe(`"${id}-tokens";q=1000;qu="tokens";w=86400`);
  });

  test('is settled with what it really used, and then shown as settled', async () => {
    const caller = await api.caller();
    const requestId = requestIdOf(await api.hold(caller, { ttlMs: 60_000 }));

    const settled = await api.settle(requestId, { ...USED, cachedInputTokens: 20 });

    expect(settled).toMatchObject({ status: 200 });
    expect(settled.body).toEqual({
      requestId,
      usageId: expect.any(Number) as unknown,
      settled: true,
      costNanos: COST,
      priceVersion: 'override@1',
    });
    expect((await api.ask(`GET /api/holds/${requestId}`, { as: api.gateway })).body).toEqual({
      requestId,
      state: 'settled',
      tokenId: caller.tokenId,
      userId: caller.userId,
      projectId: 'search',
      provider: 'acme',
      model: 'large',
      held: { tokens: 150, requests: 1, costNanos: ESTIMATE },
      heldAt: NOON,
      expiresAt: NOON + 60_000,
      endedAt: NOON,
      endReason: null,
    });
  });

  test('is settled once, however often it is said, also at the same moment', async () => {
    const caller = await api.caller();
    const { userId } = caller;
    await api.services.limits.createLimit({ userId, maxTokensPerDay: 1_000 });
    const requestId = requestIdOf(await api.hold(caller));

    const both = await Promise.all([api.settle(requestId), api.settle(requestId)]);
    const again = await api.settle(requestId);

    const [first] = both;
    expect(first).toMatchObject({ status: 200, body: { settled: true } });
    for (const other of [both[1], again]) {
      expect([other.status, other.body]).toEqual([200, { ...Object(first.body), settled: false }]);
    }
    expect(await statesOf(userId)).toMatchObject([{ settled: 110, held: 0 }]);
    expect(await api.settle(requestId, { ...USED, outputTokens: 11 })).toMatchObject({
      status: 409,
      body: { code: 'usage.conflict' },
    });
  });

  test('gives everything back when it is released, and counts all the same when it is settled then', async () => {
    const caller = await api.caller();
    await api.services.limits.createLimit({ userId: caller.userId, maxTokensPerDay: 150 });
    const requestId = requestIdOf(await api.hold(caller));

    expect((await api.release(requestId, { reason: 'the provider is down' })).body).toEqual({
      requestId,
      released: true,
    });
    expect((await api.release(requestId)).body).toEqual({ requestId, released: false });
    expect((await api.ask(`GET /api/holds/${requestId}`, { as: api.gateway })).body).toMatchObject({
      state: 'released',
      endReason: 'the provider is down',
    });
    expect(await statesOf(caller.userId)).toMatchObject([{ held: 0, left: 150 }]);

    expect(await api.settle(requestId)).toMatchObject({ status: 200, body: { settled: true, costNanos: COST } });
    expect(await statesOf(caller.userId)).toMatchObject([{ settled: 110, left: 40 }]);
  });

  test('can be settled after its hold has expired', async () => {
    const caller = await api.caller();
    await api.services.limits.createLimit({ userId: caller.userId, maxTokensPerDay: 150 });
    const requestId = requestIdOf(await api.hold(caller, { ttlMs: 1_000 }));
    api.clock.now += 1_000;

    const { body } = await api.ask(`GET /api/holds/${requestId}`, { as: api.gateway });
    expect(body).toMatchObject({ state: 'expired', endedAt: NOON + 1_000 });
    expect(await api.hold(caller)).toMatchObject({ status: 201 }); // takes its room
    expect(await api.settle(requestId)).toMatchObject({ status: 200, body: { settled: true } });
    expect(await statesOf(caller.userId)).toMatchObject([{ settled: 0, held: 150, overage: 110 }]);
    api.clock.now = NOON;
  });

  test('is settled without a usage record when its token was deleted meanwhile', async () => {
    const caller = await api.caller();
    await api.services.limits.createLimit({ userId: caller.userId, maxTokensPerDay: 1_000 });
    const requestId = requestIdOf(await api.hold(caller));
    await api.services.tokens.deleteToken({ tokenId: caller.tokenId });

    expect(await api.settle(requestId)).toMatchObject({ status: 200, body: { settled: true, usageId: null } });
    expect(await statesOf(caller.userId)).toMatchObject([{ settled: 110, held: 0 }]);
    expect((await api.ask(`GET /api/holds/${requestId}`, { as: api.gateway })).body).toMatchObject({ tokenId: null });
  });

  test('may have any request id that is text, in a path as it is written there', async () => {
    const requestId = 'team/7 #ü?%2F';
    await api.hold(await api.caller(), { requestId });
    expect(await api.settle(requestId)).toMatchObject({ status: 200, body: { requestId, settled: true } });
  });

  test.each(['.', '..'])('is not called %j: no client could name it in a path to settle it', async (requestId) => {
    const answer = await api.hold(await api.caller(), { requestId });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ where: '/requestId' }] } });
  });
});

describe('the same call', () => {
  test('is let through once by its request id, and with its Idempotency-Key where it has none', async () => {
    const caller = await api.caller();
    const named = [await api.hold(caller, { requestId: 'same' }), await api.hold(caller, { requestId: 'same' })];
    expect(named.map(({ body }) => body)).toMatchObject([{ isNew: true }, { isNew: false }]);

    const keyed = [1, 2].map(async () => await api.hold(caller, {}, { 'idempotency-key': 'mine' }));
    const [one, other] = await Promise.all(keyed);
    const requestId: unknown = expect.stringMatching(/^key-[0-9a-f]{64}$/);
    const answers = [one?.body, other?.body]; // of two at once either may be the first
    expect(answers).toContainEqual(expect.objectContaining({ isNew: true, requestId }));
    expect(answers).toContainEqual(expect.objectContaining({ isNew: false, requestId }));
    expect(one && other && requestIdOf(one) === requestIdOf(other)).toBe(true);
  });

  test('is not that of another gateway with the same key, nor another call with it', async () => {
    const caller = await api.caller();
    const { secret: as } = await api.person('second-gateway', 'admin');
    const headers = { 'idempotency-key': 'shared' };
    const first = await api.hold(caller, {}, headers);
    const elsewhere = await api.ask('POST /api/holds', { as, body: { ...CALL, token: caller.token }, headers });
    expect([first.body, elsewhere.body]).toMatchObject([{ isNew: true }, { isNew: true }]);
    expect(await api.hold(caller, { inputTokens: 1 }, headers)).toMatchObject({
      status: 409,
      body: { code: 'limit.request_id_taken' },
    });
    await api.settle(requestIdOf(first));
    expect(await api.hold(caller, {}, headers)).toMatchObject({
      status: 409,
      body: { code: 'limit.request_id_taken' },
    });
  });

  test('has a request id that others cannot tell from the key and from what they can know of its gateway', async () => {
    const headers = { 'idempotency-key': 'order 1' };
    const requestId = requestIdOf(await api.hold(await api.caller(), {}, headers));
    const { items } = await api.services.tokens.listTokens({ userId: 'gateway' });
    const known = [items[0]?.id, 'gateway'];
    const guesses = known.map((caller) => `key-${hash('sha256', JSON.stringify([caller, 'order 1']))}`);
    expect(guesses).not.toContain(requestId);
  });

  test('keeps its own request id where it has a key, too', async () => {
    const held = await api.hold(await api.caller(), { requestId: 'own' }, { 'idempotency-key': 'key' });
    expect(held.body).toMatchObject({ requestId: 'own' });
  });
});

test('nothing of this was a failure of the server itself', () => {
  expect(api.failures).toEqual([]);
});
