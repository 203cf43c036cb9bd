import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { CALL, NOW, openGateway, USAGE } from './open-gateway.fixture.ts';
import { UpstreamError } from './upstream.ts';

const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('a call with a good token', () => {
  test('is answered, and recorded once with its tokens, its cost and the version of the price', async () => {
    await using gateway = await openGateway();
    await gateway.enforcer.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });

    const answer = await gateway.post(CALL);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ choices: [{ message: { role: 'assistant', content: 'Hello!' } }] });
    const version: unknown = expect.stringMatching(/^genai-prices@/);
    expect(gateway.rows('token_usage')).toMatchObject([
      {
        token_id: gateway.tokenId,
        request_id: answer.headers.get('x-request-id'),
        provider: 'openai',
        model: 'gpt-4o',
        input_tokens: 8,
        output_tokens: 5,
        cost_nanos: 8 * 2_500 + 5 * 10_000, // 2.5 and 10 USD for a million
        price_version: version,
        recorded_at: NOW,
      },
    ]);
    expect(await gateway.enforcer.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 13, held: 0 }]);
  });

  test('has a request id of the gateway, whatever the client sends: nobody can repeat another call for free', async () => {
    await using gateway = await openGateway();
    const headers = { authorization: `Bearer ${gateway.secret}`, 'x-request-id': 'mine' };

    const answers = [await gateway.post(CALL, { headers }), await gateway.post(CALL, { headers })];

    const ids = new Set(answers.map((answer) => answer.headers.get('x-request-id')));
    expect([ids.size, ids.has('mine')]).toEqual([2, false]);
    expect(gateway.rows('token_usage')).toHaveLength(2);
  });

  test('of which the provider does not say what it used counts as the most that it can have used', async () => {
    await using gateway = await openGateway(async () => ({ body: {}, usage: null }));
    await gateway.post(CALL);
    const bytes = JSON.stringify(CALL.messages).length;
    expect(gateway.rows('token_usage')).toMatchObject([{ input_tokens: bytes, output_tokens: 50 }]);
  });

  test('is recorded, too, when its client hangs up in the middle (bifrost#4575)', async () => {
    const provider = Promise.withResolvers<{ body: unknown; usage: typeof USAGE }>();
    await using gateway = await openGateway(async () => await provider.promise);
    const client = new AbortController();
    const call = gateway.post(CALL, { ...withToken(gateway.secret), signal: client.signal }).catch(() => 'hung up');
    await vi.waitFor(() => expect(gateway.asked()).toBe(1));

    client.abort();
    expect(await call).toBe('hung up');
    provider.resolve({ body: {}, usage: USAGE });

    await vi.waitFor(() => expect(gateway.rows('token_usage')).toMatchObject([{ total_tokens: 13 }]));
  });
});

describe('a call is refused', () => {
  test('with 429 and Retry-After when a limit has no room, and the provider is not asked', async () => {
    await using gateway = await openGateway();
    await gateway.enforcer.createLimit({ userId: 'alice', maxRequestsPerMinute: 1, maxTokensPerDay: 1_000_000 });

    const [first, next] = [await gateway.post(CALL), await gateway.post(CALL)];

    expect([first.status, next.status, gateway.asked()]).toEqual([200, 429, 1]);
    expect(next.headers.get('retry-after')).toBe('40'); // the minute began 20 seconds ago
    expect(await next.json()).toEqual({
      error: {
        code: 'limit.exceeded',
        message: 'The limit of alice is 1 requests a minute: 1 used, 0 held, 0 left; 1 asked for.',
      },
    });
  });

  test('without Retry-After when it is larger than the limit itself: it would never fit', async () => {
    await using gateway = await openGateway();
    await gateway.enforcer.createLimit({ userId: 'alice', maxTokensPerDay: 40 });

    const answer = await gateway.post(CALL);

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, null]);
  });

  test('exactly as often as there is no room, however many come at once (litellm#18730)', async () => {
    await using gateway = await openGateway(async () => {
      await nextTurn();
      return { body: {}, usage: USAGE };
    });
    await gateway.enforcer.createLimit({ userId: 'alice', maxRequestsPerMinute: 3 });

    const answers = await Promise.all(Array.from({ length: 8 }, async () => await gateway.post(CALL)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
    expect(gateway.rows('token_usage')).toHaveLength(3);
  });

  test('with 401 when its token is unknown, revoked or not there, all three alike', async () => {
    await using gateway = await openGateway();
    const { secret, token } = await gateway.storage.createToken({ userId: 'alice' });
    await gateway.storage.revokeToken({ tokenId: token.id, reason: 'lost' });

    const answers = [
      await gateway.post(CALL, withToken('nonsense')),
      await gateway.post(CALL, withToken(secret)),
      await gateway.post(CALL, { headers: {} }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    const invalid = { error: { code: 'token.invalid', message: 'The token is not valid.' } };
    expect(await Promise.all(answers.map(async (answer) => await answer.json()))).toEqual([invalid, invalid, invalid]);
    expect(gateway.asked()).toBe(0);
  });

  test('with 403 when nobody knows what its model costs, and the cost is limited (litellm#36561)', async () => {
    await using gateway = await openGateway();
    await gateway.enforcer.createLimit({ userId: 'alice', maxCostNanosPerMonth: 1_000_000_000 });
    expect((await gateway.post({ ...CALL, model: 'brand-new' })).status).toBe(403);
  });

  test.each([
    ['a field that could make it cost more than is held', { ...CALL, n: 10 }],
    ['no end to its output', { model: CALL.model, messages: CALL.messages }],
    ['a picture in a message', { ...CALL, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['no JSON object', 'Hello'],
  ])('with 400 when it has %s', async (_, call) => {
    await using gateway = await openGateway();
    expect((await gateway.post(call)).status).toBe(400);
    expect([gateway.asked(), gateway.rows('_holds')]).toEqual([0, []]);
  });

  test('with 413 before it is read when it is too long, and with 404 when it is for something else: no way goes around the limits (bifrost#2873)', async () => {
    await using gateway = await openGateway();
    const answers = [await gateway.post('x'.repeat(1_000_000)), await gateway.post(CALL, { method: 'PUT' })];
    expect(answers.map(({ status }) => status)).toEqual([413, 404]);
    expect(gateway.asked()).toBe(0);
  });
});

test('a provider that fails costs nothing: the answer is 502, and what was held is given back', async () => {
  await using gateway = await openGateway(async () => {
    throw new UpstreamError('The provider did not answer the call.');
  });
  await gateway.enforcer.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });

  const answer = await gateway.post(CALL);

  expect(answer.status).toBe(502);
  expect(gateway.rows('token_usage')).toEqual([]);
  expect(await gateway.enforcer.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 0, held: 0, left: 1_000 }]);
});
