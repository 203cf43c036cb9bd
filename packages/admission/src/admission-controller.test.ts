import { HoldNotFoundError, LimitExceededError } from '@iron/limits';
import { InvalidTokenError } from '@iron/tokens';
import { TotalsDoNotAddUpError, UsageConflictError } from '@iron/usage';
import { describe, expect, test } from 'vitest';
import { admissionDatabase, MODEL, NOON } from './admission-database.fixture.ts';
import { AdmissionController } from './admission-controller.ts';
import { ProviderNotAllowedError, UnpricedModelError } from './admission-errors.ts';

const call = { ...MODEL, inputTokens: 100, maxOutputTokens: 50 };
/** 100 input tokens at 1,000 nano-dollars and 50 output tokens at 2,000. */
const ESTIMATE = 200_000;
const used = { inputTokens: 100, outputTokens: 10 };
const COST = 120_000;

describe('a call that is let through', () => {
  test('holds its tokens, its request and its cost, rounded up, until it is settled', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000, maxCostNanosPerMonth: 1_000_000 });

    const admission = await t.admissions.authorize({ ...call, token: t.token });
    const during = await t.limits.limitStates({ userId: 'alice' });
    const settlement = await admission.settle(used);
    const after = await t.limits.limitStates({ userId: 'alice' });

    expect(admission).toMatchObject({ held: { tokens: 150, requests: 1, costNanos: ESTIMATE }, isNew: true });
    expect(admission.token).toMatchObject({ tokenId: t.tokenId, userId: 'alice', projectId: 'search' });
    expect(during.map(({ settled, held }) => [settled, held])).toEqual([
      [0, 150],
      [0, ESTIMATE],
    ]);
    expect(settlement).toMatchObject({ settled: true, costNanos: COST, usageId: 1 });
    expect(after.map(({ settled, held }) => [settled, held])).toEqual([
      [110, 0],
      [COST, 0],
    ]);
  });

  test('is recorded with its price and its request id', async () => {
    await using t = await admissionDatabase();
    const admission = await t.admissions.authorize({ ...call, token: t.token, requestId: 'r1' });
    await admission.settle({ ...used, cachedInputTokens: 20 });

    expect(await t.rows('token_usage')).toEqual([
      expect.objectContaining({
        token_id: t.tokenId,
        request_id: 'r1',
        total_tokens: 110,
        cached_input_tokens: 20,
        cost_nanos: COST,
        price_version: 'override@1',
        recorded_at: NOON,
      }),
    ]);
  });

  test('is settled once, however often it is said', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });
    const admission = await t.admissions.authorize({ ...call, token: t.token });

    const first = await admission.settle(used);
    const again = await admission.settle(used);
    const elsewhere = await t.admissions.settle({ requestId: admission.requestId, ...used });

    expect([first, again, elsewhere].map(({ settled }) => settled)).toEqual([true, false, false]);
    expect(again.usageId).toBe(first.usageId);
    expect(await t.rows('token_usage')).toHaveLength(1);
    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 110, held: 0 }]);
  });

  test('cannot be settled again with other counts', async () => {
    await using t = await admissionDatabase();
    const admission = await t.admissions.authorize({ ...call, token: t.token });
    await admission.settle(used);

    await expect(admission.settle({ ...used, outputTokens: 11 })).rejects.toThrow(UsageConflictError);
    expect(await t.rows('token_usage')).toHaveLength(1);
  });

  test('gives everything back when it is released', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 150 });
    const admission = await t.admissions.authorize({ ...call, token: t.token });

    expect([await admission.release('the provider is down'), await admission.release()]).toEqual([true, false]);
    expect(await t.rows('_holds')).toMatchObject([{ state: 'released', end_reason: 'the provider is down' }]);
    await expect(t.admissions.authorize({ ...call, token: t.token })).resolves.toMatchObject({ isNew: true });
    expect(await t.rows('token_usage')).toEqual([]);
  });

  test('is released at the end of its block when it was neither settled nor released (litellm#27639)', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 150 });
    const callThatFails = async () => {
      await using _admission = await t.admissions.authorize({ ...call, token: t.token });
      throw new Error('the provider is down');
    };

    await expect(callThatFails()).rejects.toThrow('the provider is down');
    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ held: 0, left: 150 }]);
  });

  test('is recorded even after its hold has expired, and what passes the limit is overage', async () => {
    await using t = await admissionDatabase({ ttlMs: 1_000 });
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 150 });
    const slow = await t.admissions.authorize({ ...call, token: t.token });
    t.clock.now += 1_000;
    const next = await t.admissions.authorize({ ...call, token: t.token });

    await slow.settle(used);
    await next.settle(used);

    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 150, held: 0, overage: 70 }]);
    expect(await t.rows('token_usage')).toHaveLength(2);
  });

  test('can be settled by its request id in another process than its own', async () => {
    await using t = await admissionDatabase();
    const { requestId } = await t.admissions.authorize({ ...call, token: t.token });

    await expect(t.admissions.settle({ requestId, ...used })).resolves.toMatchObject({
      settled: true,
      costNanos: COST,
    });
    await expect(t.admissions.settle({ requestId: 'unknown', ...used })).rejects.toThrow(HoldNotFoundError);
    await expect(t.admissions.release({ requestId: 'unknown' })).rejects.toThrow(HoldNotFoundError);
  });

  test('is settled in the limits, without a row, when its token was deleted meanwhile', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });
    const admission = await t.admissions.authorize({ ...call, token: t.token });
    const other = await t.admissions.authorize({ ...call, token: t.token });
    await t.tokens.deleteToken({ tokenId: t.tokenId });

    await expect(admission.settle(used)).resolves.toMatchObject({ settled: true, usageId: null });
    await expect(t.admissions.settle({ requestId: other.requestId, ...used })).resolves.toMatchObject({
      usageId: null,
    });
    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 220, held: 0 }]);
  });

  test('leaves the hold as it is when what it used does not add up', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });
    const admission = await t.admissions.authorize({ ...call, token: t.token });

    await expect(admission.settle({ inputTokens: -1, outputTokens: 0 })).rejects.toMatchObject({
      code: 'usage.invalid_count',
    });
    await expect(admission.settle(used)).resolves.toMatchObject({ settled: true });
  });
});

describe('a call that was made and cannot be settled', () => {
  test('is not given back at the end of its block, and can be settled after it (litellm#35569)', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });
    const serve = async () => {
      await using admission = await t.admissions.authorize({ ...call, token: t.token, requestId: 'one' });
      await admission.settle({ inputTokens: 100, outputTokens: 10, reasoningTokens: 30 });
    };

    await expect(serve()).rejects.toThrow(TotalsDoNotAddUpError);

    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 0, held: 150 }]);
    await t.admissions.settle({ requestId: 'one', ...used });
    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ settled: 110, held: 0 }]);
  });
});

describe('a call that is not let through', () => {
  test.each([
    ['unknown', 'iron_dev_unknown', async () => undefined],
    [
      'revoked',
      undefined,
      async (t: Awaited<ReturnType<typeof admissionDatabase>>) =>
        void (await t.tokens.revokeToken({ tokenId: t.tokenId })),
    ],
  ])('has a token that is %s: the reason is for the operator alone', async (reason, token, prepare) => {
    const reasons: string[] = [];
    await using t = await admissionDatabase({ onRefused: (refusal) => void reasons.push(refusal.reason) });
    await prepare(t);

    const refused = await t.admissions.authorize({ ...call, token: token ?? t.token }).catch((error: unknown) => error);

    expect(refused).toEqual(new InvalidTokenError());
    expect(reasons).toHaveLength(1);
    expect(reason === 'revoked' ? reasons : ['revoked']).toEqual(['revoked']);
    expect(await t.rows('_holds')).toEqual([]);
  });

  test('takes nothing of any limit when one has no room (litellm#39309)', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxRequestsPerMinute: 10, maxTokensPerDay: 10_000 });
    await t.limits.createLimit({ userId: 'alice', projectId: 'search', maxCostNanosPerMonth: ESTIMATE - 1 });
    const before = await t.rows('usage_limits');

    const refused = await t.admissions.authorize({ ...call, token: t.token }).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(LimitExceededError);
    expect(refused).toMatchObject({
      refusals: [
        {
          dimension: 'cost',
          projectId: 'search',
          max: ESTIMATE - 1,
          left: ESTIMATE - 1,
          requested: ESTIMATE,
          resetsAt: Date.UTC(2026, 11, 1),
        },
      ],
    });
    expect(await t.rows('usage_limits')).toEqual(before);
    expect(await t.rows('_holds')).toEqual([]);
  });

  test('is of a model without a price where a limit of cost applies (litellm#36561)', async () => {
    await using t = await admissionDatabase();
    const unknown = { ...call, model: 'brand-new', token: t.token };
    await expect(t.admissions.authorize(unknown)).resolves.toMatchObject({ held: { costNanos: 0 } });

    await t.limits.createLimit({ userId: 'alice', projectId: 'search', maxCostNanosPerMonth: 1 });

    await expect(t.admissions.authorize(unknown)).rejects.toThrow(UnpricedModelError);
  });

  test('is for a provider that its token is not bound to', async () => {
    await using t = await admissionDatabase();
    const { secret } = await t.tokens.createToken({ userId: 'bob', provider: 'openai' });
    await expect(t.admissions.authorize({ ...call, token: secret })).rejects.toThrow(ProviderNotAllowedError);
  });

  test('is named by its unknown field, and its token is in no message', async () => {
    await using t = await admissionDatabase();
    const wrong = { ...call, token: t.token, maxTokens: 5 };
    const refused: unknown = await t.admissions.authorize(wrong).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'input.invalid' });
    expect(String(refused)).toContain('maxTokens');
    expect(String(refused)).not.toContain(t.token);
  });

  test('is one that is said to use nothing: no limit of tokens or cost would ever stop it (Helicone#4492)', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 0 });
    const nothing = { ...MODEL, token: t.token, inputTokens: 0, maxOutputTokens: 0 };
    await expect(t.admissions.authorize(nothing)).rejects.toThrow('inputTokens and maxOutputTokens must be 1 to');
    expect(await t.rows('_holds')).toEqual([]);
  });

  test.each(['model', 'provider', 'requestId'])(
    'is one whose %s is a token: it would be written where it can be read (litellm#30670)',
    async (field) => {
      await using t = await admissionDatabase();
      const refused = t.admissions.authorize({ ...call, token: t.token, [field]: t.token });
      await expect(refused).rejects.toThrow(`authorize: ${field}: holds a token`);
      expect(await t.rows('_holds')).toEqual([]);
    },
  );

  test('is one of more tokens than can be counted', async () => {
    await using t = await admissionDatabase();
    const endless = { ...call, model: 'unpriced', token: t.token, maxOutputTokens: 10 ** 12 };
    await expect(t.admissions.authorize(endless)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await t.rows('_holds')).toEqual([]);
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 86_400_001])(
  'a hold that lasts %s ms would hold nothing, or for ever: nobody can open the service so',
  async (ttlMs) => {
    await expect(AdmissionController.open('sqlite::memory:', { ttlMs })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  },
);
