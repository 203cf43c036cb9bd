import { RequestIdTakenError } from '@iron/limits';
import { UsageConflictError } from '@iron/usage';
import { describe, expect, test } from 'vitest';
import { admissionDatabase, MODEL } from './admission-database.fixture.ts';
import { NotAdmittedError } from './admission-errors.ts';

const call = { ...MODEL, inputTokens: 100, maxOutputTokens: 50 };
const used = { inputTokens: 100, outputTokens: 10 };

describe('a request id', () => {
  test('gives one admission, and a repetition does not release it', async () => {
    await using t = await admissionDatabase();
    const first = await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' });
    {
      await using again = await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' });
      expect(again).toMatchObject({ requestId: 'r', isNew: false });
    }
    expect(await t.rows('_holds')).toEqual([expect.objectContaining({ state: 'held' })]);
    await expect(first.settle(used)).resolves.toMatchObject({ settled: true });
  });

  test('gives one admission to calls of the same moment', async () => {
    await using t = await admissionDatabase();
    const both = await Promise.all(
      [1, 2].map(async () => await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })),
    );
    expect(new Set(both.map(({ isNew }) => isNew))).toEqual(new Set([false, true]));
    expect(await t.rows('_holds')).toHaveLength(1);
  });

  test('cannot pay for a second call: it was settled, or stands for another one, or for another token', async () => {
    await using t = await admissionDatabase();
    const { secret: bobs } = await t.tokens.createToken({ userId: 'bob' });
    const admission = await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' });
    await expect(t.admissions.authorize({ ...call, inputTokens: 1, token: t.token, requestId: 'r' })).rejects.toThrow(
      RequestIdTakenError,
    );
    await expect(t.admissions.authorize({ ...call, token: bobs, requestId: 'r' })).rejects.toThrow(RequestIdTakenError);
    await admission.settle(used);
    await expect(t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).rejects.toThrow(
      RequestIdTakenError,
    );

    t.clock.now += 86_400_000;
    await t.limits.sweep();

    expect(await t.rows('_holds')).toEqual([]);
    await expect(t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).rejects.toThrow(
      RequestIdTakenError,
    );
  });

  test('is tried again after its call was given up', async () => {
    await using t = await admissionDatabase();
    await (await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).release();
    await expect(t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).resolves.toMatchObject({
      isNew: true,
    });
  });

  test('cannot be held again once usage was recorded for it, else that call would be free', async () => {
    await using t = await admissionDatabase();
    await (await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).release();
    await t.usage.recordUsage({ ...MODEL, ...used, tokenId: t.tokenId, requestId: 'r' });
    await expect(t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).rejects.toThrow(
      RequestIdTakenError,
    );
  });

  test.each(['held', 'expired'])(
    'of a call that is %s is no place for other usage, whoever records it',
    async (state) => {
      await using t = await admissionDatabase();
      const { token: bobs } = await t.tokens.createToken({ userId: 'bob' });
      await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' });
      if (state === 'expired') t.clock.now += 86_400_000;

      for (const tokenId of [t.tokenId, bobs.id]) {
        const usage = { ...MODEL, inputTokens: 0, outputTokens: 0, tokenId, requestId: 'r' };
        await expect(t.usage.recordUsage(usage)).rejects.toThrow(UsageConflictError);
      }
      await expect(t.admissions.settle({ requestId: 'r', ...used })).resolves.toMatchObject({ settled: true });
      const again = { ...MODEL, ...used, tokenId: t.tokenId, requestId: 'r' };
      await expect(t.usage.recordUsage(again)).resolves.toMatchObject({ recorded: false });
    },
  );

  test('of a call that was given up is not free for the usage of others', async () => {
    await using t = await admissionDatabase();
    const { token: bobs } = await t.tokens.createToken({ userId: 'bob' });
    await (await t.admissions.authorize({ ...call, token: t.token, requestId: 'r' })).release();

    const usage = { ...MODEL, ...used, tokenId: bobs.id, requestId: 'r' };
    await expect(t.usage.recordUsage(usage)).rejects.toThrow(UsageConflictError);
    await expect(t.admissions.settle({ requestId: 'r', ...used })).resolves.toMatchObject({ settled: true });
  });

  test('that was held without a model cannot be settled as a call', async () => {
    await using t = await admissionDatabase();
    const { requestId } = await t.limits.hold({ userId: 'alice', tokens: 1, costNanos: 0 });
    await expect(t.admissions.settle({ requestId, ...used })).rejects.toThrow(NotAdmittedError);
  });
});

describe('calls of one moment', () => {
  test('are committed together, and one that fails harms no other', async () => {
    await using t = await admissionDatabase();
    await t.limits.createLimit({ userId: 'alice', maxRequestsPerMinute: 3 });
    const wanted = [t.token, 'nonsense', t.token, t.token, t.token];

    const outcomes = await Promise.allSettled(
      wanted.map(async (token) => await t.admissions.authorize({ ...call, token })),
    );

    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(await t.limits.limitStates({ userId: 'alice' })).toMatchObject([{ held: 3, left: 0 }]);
  });
});
