import { describe, expect, test } from 'vitest';
import { HoldNotFoundError } from './limit-errors.ts';
import {
  aCall,
  contents,
  counted,
  countersAboveTheirLimit,
  DAY,
  refusalOf,
  SECOND,
  statesOfHolds,
  withLimit,
} from './limits.fixture.ts';

const ONE = { requestId: 'one' };

describe('settling', () => {
  test('puts what was used in the place of what was held (litellm#35570)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 10, maxCostNanosPerMonth: 1_000 });
    await t.limits.hold(aCall({ ...ONE, tokens: 60, costNanos: 500 }));

    expect(await t.limits.settle({ ...ONE, tokens: 45, requests: 2, costNanos: 300 })).toBe(true);

    expect(await counted(t, 'tokens')).toEqual({ settled: 45, held: 0, overage: 0 });
    expect(await counted(t, 'requests')).toEqual({ settled: 2, held: 0, overage: 0 });
    expect(await counted(t, 'cost')).toEqual({ settled: 300, held: 0, overage: 0 });
    await t.limits.hold(aCall({ tokens: 55 }));
    await refusalOf(t.limits.hold(aCall({ tokens: 1 })));
  });

  test('counts in the limit of the user and in that of the project', async () => {
    const t = await withLimit();
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 50 });
    await t.limits.hold(aCall({ ...ONE, projectId: 'red', tokens: 30 }));
    await t.limits.settle({ ...ONE, tokens: 20, costNanos: 0 });
    expect(await counted(t, 'tokens', 1)).toEqual({ settled: 20, held: 0, overage: 0 });
    expect(await counted(t, 'tokens', 2)).toEqual({ settled: 20, held: 0, overage: 0 });
  });

  test('takes more than was held from what is left', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 10 }));
    await t.limits.settle({ ...ONE, tokens: 100, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 100, held: 0, overage: 0 });
  });

  test('shows as overage what a provider billed beyond the limit, and never as less', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60 }));
    await t.limits.hold(aCall({ requestId: 'other', tokens: 30 }));

    await t.limits.settle({ ...ONE, tokens: 250, costNanos: 0 });

    expect(await counted(t)).toEqual({ settled: 70, held: 30, overage: 180 });
    expect(await countersAboveTheirLimit(t.database)).toBe(0);
    const [state] = await t.limits.limitStates({ userId: 'ann' });
    expect(state).toMatchObject({ max: 100, settled: 70, held: 30, overage: 180, left: 0 });
    const refused = await refusalOf(t.limits.hold(aCall({ tokens: 1 })));
    expect(refused.message).toContain('70 used, 30 held, 180 over, 0 left');
    // Overage takes the room that a call under way gives back.
    await t.limits.release({ requestId: 'other' });
    expect(await counted(t)).toEqual({ settled: 100, held: 0, overage: 150 });
  });

  test('twice counts once, whatever is said the second time', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60 }));
    expect(await t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 })).toBe(true);
    const before = await contents(t.database);

    expect(await t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 })).toBe(false);
    expect(await t.limits.settle({ ...ONE, tokens: 90, costNanos: 0 })).toBe(false);

    expect(await contents(t.database)).toEqual(before);
  });

  test('twice in one turn counts once', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60 }));
    const settle = () => t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 });
    expect(await Promise.all([settle(), settle()])).toEqual([true, false]);
    expect(await counted(t)).toEqual({ settled: 50, held: 0, overage: 0 });
  });

  test('after the hold has expired records what was used all the same', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60, ttlMs: SECOND }));
    t.clock.time += SECOND;
    await t.limits.hold(aCall({ requestId: 'next', tokens: 100 })); // takes its room
    expect(await statesOfHolds(t.database)).toEqual(['expired', 'held']);

    expect(await t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 })).toBe(true);

    expect(await counted(t)).toEqual({ settled: 0, held: 100, overage: 50 });
    await t.limits.settle({ requestId: 'next', tokens: 20, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 70, held: 0, overage: 0 });
  });

  test('after its time is over, but before anybody took the room, replaces the hold', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60, ttlMs: SECOND }));
    t.clock.time += SECOND;
    await t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 50, held: 0, overage: 0 });
    expect(await t.limits.sweep()).toEqual({ expired: 0, forgotten: 0 });
  });

  test('after a release records what was used all the same', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ ...ONE, tokens: 60 }));
    await t.limits.release(ONE);
    expect(await t.limits.settle({ ...ONE, tokens: 50, costNanos: 0 })).toBe(true);
    expect(await counted(t)).toEqual({ settled: 50, held: 0, overage: 0 });
  });

  test('in a later window counts in the window of the hold, not in the new one', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 3, maxCostNanosPerMonth: 1_000 });
    await t.limits.hold(aCall({ ...ONE, tokens: 60, costNanos: 100, ttlMs: DAY }));
    t.clock.time += DAY / 2 + SECOND; // the next day of the same month
    await t.limits.hold(aCall({ requestId: 'today', tokens: 40 }));

    await t.limits.settle({ ...ONE, tokens: 70, costNanos: 90 });

    expect(await counted(t, 'tokens')).toEqual({ settled: 0, held: 40, overage: 0 });
    expect(await counted(t, 'requests')).toEqual({ settled: 0, held: 1, overage: 0 });
    expect(await counted(t, 'cost')).toEqual({ settled: 90, held: 0, overage: 0 });
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test('of an unknown or forgotten call is an error that names it', async () => {
    const t = await withLimit();
    const settle = t.limits.settle({ requestId: 'nobody', tokens: 1, costNanos: 0 });
    await expect(settle).rejects.toThrow(HoldNotFoundError);
    await expect(settle).rejects.toThrow('Nothing is held for request "nobody".');
  });

  test('refuses amounts that are none, and fields that it does not know', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall(ONE));
    const before = await contents(t.database);
    const settle = (call: object) => t.limits.settle({ ...ONE, tokens: 1, costNanos: 0, ...call });
    await expect(settle({ tokens: -1 })).rejects.toThrow('settle: tokens');
    await expect(settle({ costNanos: 1.5 })).rejects.toThrow('settle: costNanos');
    await expect(settle({ cost: 1 })).rejects.toThrow('settle: there is no field cost');
    expect(await contents(t.database)).toEqual(before);
  });
});

describe('a release', () => {
  test('gives back what a call holds, in all of its limits', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 1, maxCostNanosPerMonth: 10 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 50 });
    await t.limits.hold(aCall({ ...ONE, projectId: 'red', tokens: 50, costNanos: 10 }));

    expect(await t.limits.release(ONE)).toBe(true);

    for (const dimension of ['tokens', 'requests', 'cost'] as const)
      expect(await counted(t, dimension)).toEqual({ settled: 0, held: 0, overage: 0 });
    expect(await counted(t, 'tokens', 2)).toEqual({ settled: 0, held: 0, overage: 0 });
    expect(await statesOfHolds(t.database)).toEqual(['released']);
  });

  test('changes nothing the second time, and nothing after the call was settled or has expired', async () => {
    const t = await withLimit();
    for (const requestId of ['released', 'settled', 'expired'])
      await t.limits.hold(aCall({ requestId, tokens: 30, ttlMs: SECOND }));
    await t.limits.release({ requestId: 'released' });
    await t.limits.settle({ requestId: 'settled', tokens: 30, costNanos: 0 });
    t.clock.time += SECOND;
    await t.limits.sweep();
    const before = await contents(t.database);

    for (const requestId of ['released', 'settled', 'expired'])
      expect(await t.limits.release({ requestId })).toBe(false);

    expect(await contents(t.database)).toEqual(before);
    expect(await counted(t)).toEqual({ settled: 30, held: 0, overage: 0 });
  });

  test('of an unknown call is an error', async () => {
    const t = await withLimit();
    await expect(t.limits.release({ requestId: 'nobody' })).rejects.toThrow(HoldNotFoundError);
  });
});
