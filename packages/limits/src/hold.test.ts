import { InvalidInputError } from '@iron/db';
import { isIronError } from '@iron/errors';
import { describe, expect, test } from 'vitest';
import { RequestIdTakenError } from './limit-errors.ts';
import {
  aCall,
  contents,
  counted,
  DAY,
  MINUTE,
  NOW,
  refusalOf,
  SECOND,
  statesOfHolds,
  testLimits,
  withLimit,
} from './limits.fixture.ts';

const MIDNIGHT = Date.UTC(2026, 2, 11);

describe('a hold', () => {
  test('takes the estimate of a call out of its limit, in all dimensions at once', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 5, maxCostNanosPerMonth: 1_000 });

    const hold = await t.limits.hold(aCall({ tokens: 30, costNanos: 200 }));

    expect(hold).toMatchObject({ state: 'held', userId: 'ann', tokens: 30, requests: 1, costNanos: 200, heldAt: NOW });
    expect(await counted(t, 'tokens')).toEqual({ settled: 0, held: 30, overage: 0 });
    expect(await counted(t, 'requests')).toEqual({ settled: 0, held: 1, overage: 0 });
    expect(await counted(t, 'cost')).toEqual({ settled: 0, held: 200, overage: 0 });
  });

  test('takes up the last of a limit, and then nothing more', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ tokens: 99 }));
    await t.limits.hold(aCall({ tokens: 1 }));
    await expect(t.limits.hold(aCall({ tokens: 1 }))).rejects.toThrow('0 left; 1 asked for');
    await t.limits.hold(aCall({ tokens: 0 }));
    expect(await counted(t)).toEqual({ settled: 0, held: 100, overage: 0 });
  });

  test('is given without a limit, too, and counts against none', async () => {
    const t = await testLimits();
    await t.limits.hold(aCall({ requestId: 'free', tokens: 1_000_000 }));
    expect(await t.limits.settle({ requestId: 'free', tokens: 5, costNanos: 0 })).toBe(true);
  });

  test('gets a request id of its own where the call has none', async () => {
    const t = await testLimits();
    const [one, other] = await Promise.all([t.limits.hold(aCall()), t.limits.hold(aCall())]);
    expect(one.requestId).not.toBe(other.requestId);
    expect(await statesOfHolds(t.database)).toEqual(['held', 'held']);
  });

  test('counts against the limits of its own user and project only', async () => {
    const t = await withLimit(); // 1: all that Ann does
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 50 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'blue', maxTokensPerDay: 50 });
    await t.limits.createLimit({ userId: 'bob', projectId: 'red', maxTokensPerDay: 50 });

    await t.limits.hold(aCall({ projectId: 'red', tokens: 20 }));
    await t.limits.hold(aCall({ tokens: 5 }));

    const held = await Promise.all([1, 2, 3, 4].map(async (id) => (await counted(t, 'tokens', id)).held));
    expect(held).toEqual([25, 20, 0, 0]);
  });

  test('refuses what it does not know, and says which', async () => {
    const t = await withLimit();
    const before = await contents(t.database);
    const hold = (call: object) => t.limits.hold({ ...aCall(), ...call });
    await expect(hold({ token: 5 })).rejects.toThrow('hold: there is no field token');
    await expect(hold({ tokens: -1 })).rejects.toThrow('tokens: ');
    await expect(hold({ tokens: 0.5 })).rejects.toThrow('tokens: ');
    await expect(hold({ tokens: 2 ** 53 })).rejects.toThrow('tokens: ');
    await expect(hold({ tokens: 10 ** 12 + 1 })).rejects.toThrow('tokens: ');
    await expect(hold({ costNanos: 10 ** 14 + 1 })).rejects.toThrow('costNanos: ');
    await expect(hold({ costNanos: Number.NaN })).rejects.toThrow('costNanos: ');
    await expect(hold({ userId: '' })).rejects.toThrow('userId: must be 1 to 500 characters');
    await expect(hold({ requestId: 'x'.repeat(201) })).rejects.toThrow('requestId: must be 1 to 200 characters');
    await expect(hold({ requestId: 'a\0b' })).rejects.toThrow('requestId: must be');
    await expect(hold({ ttlMs: 0 })).rejects.toThrow(InvalidInputError);
    await expect(hold({ ttlMs: 86_400_001 })).rejects.toThrow(InvalidInputError);
    expect(await contents(t.database)).toEqual(before);
  });
});

describe('a refusal', () => {
  test('says which limit, its size, what is used, held and left, and when it resets', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'one', tokens: 40 }));
    await t.limits.settle({ requestId: 'one', tokens: 30, costNanos: 0 });
    await t.limits.hold(aCall({ tokens: 50 }));

    const refused = await refusalOf(t.limits.hold(aCall({ tokens: 21 })));

    expect(refused.refusals).toEqual([
      {
        limitId: 1,
        userId: 'ann',
        projectId: null,
        dimension: 'tokens',
        max: 100,
        settled: 30,
        held: 50,
        overage: 0,
        left: 20,
        requested: 21,
        windowStartedAt: MIDNIGHT - DAY,
        resetsAt: MIDNIGHT,
      },
    ]);
    expect(refused.message).toBe('The limit of ann is 100 tokens a day: 30 used, 50 held, 20 left; 21 asked for.');
    expect(refused.hint).toContain('It resets at 2026-03-11T00:00:00.000Z.');
    expect(refused.code).toBe('limit.exceeded');
    expect(refused.details).toEqual(refused.refusals[0]);
    expect(isIronError(refused)).toBe(true);
  });

  test('names everything that has no room, first what takes longest to reset', async () => {
    const t = await withLimit({ maxTokensPerDay: 5, maxRequestsPerMinute: 0, maxCostNanosPerMonth: 5 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 1, maxCostNanosPerMonth: 100 });

    const { refusals } = await refusalOf(t.limits.hold(aCall({ projectId: 'red', tokens: 6, costNanos: 6 })));

    expect(refusals.map(({ limitId, dimension, resetsAt }) => [limitId, dimension, resetsAt])).toEqual([
      [1, 'cost', Date.UTC(2026, 3, 1)],
      [1, 'tokens', MIDNIGHT],
      [2, 'tokens', MIDNIGHT],
      [1, 'requests', NOW + 40 * SECOND],
    ]);
  });

  test.each([
    ['tokens', { tokens: 101 }],
    ['requests', { requests: 4 }],
    ['cost', { costNanos: 1_001 }],
  ] as const)('by %s changes nothing, in no limit', async (dimension, about) => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 3, maxCostNanosPerMonth: 1_000 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 1_000 });
    await t.limits.hold(aCall({ projectId: 'red', tokens: 0, requests: 0 }));
    const before = await contents(t.database);

    const { refusals } = await refusalOf(t.limits.hold(aCall({ projectId: 'red', ...about })));

    expect(refusals.map((refusal) => refusal.dimension)).toEqual([dimension]);
    expect(await contents(t.database)).toEqual(before);
  });

  test('by the limit of the project takes nothing of that of the user, and the other way round', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'small', maxTokensPerDay: 9 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'large', maxTokensPerDay: 1_000 });
    const before = await contents(t.database);

    expect((await refusalOf(t.limits.hold(aCall({ projectId: 'small', tokens: 10 })))).refusals[0]?.limitId).toBe(2);
    expect((await refusalOf(t.limits.hold(aCall({ projectId: 'large', tokens: 101 })))).refusals[0]?.limitId).toBe(1);

    expect(await contents(t.database)).toEqual(before);
  });

  test('harms no neighbour of the same turn', async () => {
    const t = await withLimit({ maxTokensPerDay: 20 });
    const calls = await Promise.allSettled([10, 11, 10, 1].map((tokens) => t.limits.hold(aCall({ tokens }))));
    expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(await counted(t)).toEqual({ settled: 0, held: 20, overage: 0 });
  });
});

describe('a request id', () => {
  test('given again gives the same hold and takes nothing more', async () => {
    const t = await withLimit();
    const first = await t.limits.hold(aCall({ requestId: 'one', ttlMs: MINUTE }));
    t.clock.time += SECOND;
    const before = await contents(t.database);

    expect(await t.limits.hold(aCall({ requestId: 'one' }))).toEqual(first);

    expect(await contents(t.database)).toEqual(before);
  });

  test('given twice in one turn makes one hold', async () => {
    const t = await withLimit();
    const [one, other] = await Promise.all(['one', 'one'].map((requestId) => t.limits.hold(aCall({ requestId }))));
    expect(other).toEqual(one);
    expect(await counted(t)).toEqual({ settled: 0, held: 10, overage: 0 });
  });

  test.each([{ tokens: 11 }, { requests: 2 }, { costNanos: 1 }, { userId: 'bob' }, { projectId: 'red' }])(
    'is refused for another call: %o',
    async (other) => {
      const t = await withLimit();
      await t.limits.hold(aCall({ requestId: 'one' }));
      const before = await contents(t.database);

      const refused = t.limits.hold(aCall({ requestId: 'one', ...other }));

      await expect(refused).rejects.toThrow(RequestIdTakenError);
      await expect(refused).rejects.toThrow('Request id "one" was used before: its call is another one.');
      expect(await contents(t.database)).toEqual(before);
    },
  );

  test('is refused once its call was settled', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ requestId: 'one' }));
    await t.limits.settle({ requestId: 'one', tokens: 10, costNanos: 0 });
    const before = await contents(t.database);

    await expect(t.limits.hold(aCall({ requestId: 'one' }))).rejects.toThrow('its call was settled');

    expect(await contents(t.database)).toEqual(before);
  });

  test('can be tried again after its call was refused or released', async () => {
    const t = await withLimit();
    await refusalOf(t.limits.hold(aCall({ requestId: 'one', tokens: 101 })));
    await t.limits.hold(aCall({ requestId: 'one', tokens: 60 }));
    await t.limits.release({ requestId: 'one' });

    await t.limits.hold(aCall({ requestId: 'one', tokens: 70 }));

    expect(await counted(t)).toEqual({ settled: 0, held: 70, overage: 0 });
    expect(await statesOfHolds(t.database)).toEqual(['held']);
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test.each([{ userId: 'bob' }, { projectId: 'red' }])(
    'is still refused to another caller after a release, or a late settlement would be taken for theirs: %o',
    async (other) => {
      const t = await withLimit();
      await t.limits.hold(aCall({ requestId: 'one' }));
      await t.limits.release({ requestId: 'one' });
      const refused = t.limits.hold(aCall({ requestId: 'one', ...other }));
      await expect(refused).rejects.toThrow('its call is another one');
      await t.limits.hold(aCall({ requestId: 'one', tokens: 11 }));
    },
  );

  test('of a hold whose time is over is refused: its call may still be under way, and be settled', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ requestId: 'late', tokens: 60, ttlMs: SECOND }));
    t.clock.time += SECOND;
    const again = () => t.limits.hold(aCall({ requestId: 'late', tokens: 60 }));

    await expect(again()).rejects.toThrow('its hold has expired, and its call may still be under way');
    await t.limits.sweep();
    await expect(again()).rejects.toThrow(RequestIdTakenError);
    await t.limits.settle({ requestId: 'late', tokens: 60, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 60, held: 0, overage: 0 });
  });
});

test('checks say whether there is room, and count nothing', async () => {
  const { limits, database } = await withLimit({
    maxTokensPerDay: 10,
    maxRequestsPerMinute: 2,
    maxCostNanosPerMonth: 5,
  });
  await limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 5 });
  const before = await contents(database);

  const userId = 'ann';
  expect(await limits.checkTokensAllowed({ userId, tokens: 10 })).toBe(true);
  expect(await limits.checkTokensAllowed({ userId, tokens: 11 })).toBe(false);
  expect(await limits.checkTokensAllowed({ userId, projectId: 'red', tokens: 5 })).toBe(true);
  expect(await limits.checkTokensAllowed({ userId, projectId: 'red', tokens: 6 })).toBe(false);
  expect(await limits.checkTokensAllowed({ userId: 'bob', tokens: 11 })).toBe(true);
  expect(await limits.checkRequestAllowed({ userId })).toBe(true);
  expect(await limits.checkRequestAllowed({ userId, requests: 3 })).toBe(false);
  expect(await limits.checkCostAllowed({ userId, costNanos: 5 })).toBe(true);
  expect(await limits.checkCostAllowed({ userId, costNanos: 6 })).toBe(false);
  await expect(limits.checkCostAllowed({ userId, costNanos: 6.5 })).rejects.toThrow('checkCostAllowed: costNanos');

  expect(await contents(database)).toEqual(before);
});
