import { describe, expect, test } from 'vitest';
import { HoldNotFoundError } from './limit-errors.ts';
import {
  aCall,
  contents,
  counted,
  DAY,
  HOUR,
  refusalOf,
  SECOND,
  statesOfHolds,
  type TestLimits,
  withLimit,
} from './limits.fixture.ts';

async function holdMany({ limits }: TestLimits, count: number, about: object): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => limits.hold(aCall({ tokens: 1, ...about }))));
}

describe('a hold whose time is over', () => {
  test('is given back by the call that needs its room', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ tokens: 60, ttlMs: SECOND }));
    t.clock.time += SECOND - 1;
    expect((await refusalOf(t.limits.hold(aCall({ tokens: 41 })))).refusals[0]?.left).toBe(40);
    t.clock.time += 1;

    await t.limits.hold(aCall({ tokens: 100 }));

    expect(await statesOfHolds(t.database)).toEqual(['expired', 'held']);
    expect(await counted(t)).toEqual({ settled: 0, held: 100, overage: 0 });
  });

  test('stays where nobody needs the room', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ tokens: 60, ttlMs: SECOND }));
    t.clock.time += SECOND;
    await t.limits.hold(aCall({ tokens: 40 }));
    expect(await statesOfHolds(t.database)).toEqual(['held', 'held']);
  });

  test('lasts a quarter of an hour if nothing else is said', async () => {
    const t = await withLimit();
    const hold = await t.limits.hold(aCall());
    expect(hold.expiresAt - hold.heldAt).toBe(HOUR / 4);
  });

  test('is given back even if it is one of very many', async () => {
    const t = await withLimit({ maxTokensPerDay: 250 });
    await holdMany(t, 250, { ttlMs: SECOND });
    t.clock.time += SECOND;
    await t.limits.hold(aCall({ tokens: 250 }));
    expect(await counted(t)).toEqual({ settled: 0, held: 250, overage: 0 });
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test('takes no room any more for those who only ask', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 1, maxCostNanosPerMonth: 10 });
    await t.limits.hold(aCall({ tokens: 60, costNanos: 10, ttlMs: SECOND }));
    t.clock.time += SECOND;
    const before = await contents(t.database);

    expect(await t.limits.checkTokensAllowed({ userId: 'ann', tokens: 100 })).toBe(true);
    expect(await t.limits.checkRequestAllowed({ userId: 'ann' })).toBe(true);
    expect(await t.limits.checkCostAllowed({ userId: 'ann', costNanos: 10 })).toBe(true);
    const states = await t.limits.limitStates({ userId: 'ann' });

    expect(states.map(({ dimension, held, left }) => [dimension, held, left])).toEqual([
      ['tokens', 0, 100],
      ['requests', 0, 1],
      ['cost', 0, 10],
    ]);
    expect(await contents(t.database)).toEqual(before);
  });

  test('takes no room that overage needs', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ tokens: 60, ttlMs: SECOND }));
    await t.limits.hold(aCall({ requestId: 'dear', tokens: 40 }));
    await t.limits.settle({ requestId: 'dear', tokens: 70, costNanos: 0 });
    t.clock.time += SECOND;
    const [state] = await t.limits.limitStates({ userId: 'ann' });
    expect(state).toMatchObject({ settled: 70, held: 0, overage: 0, left: 30 });
  });
});

describe('a sweep', () => {
  test('is missed where holds were not given back after their time, and it is known since when', async () => {
    const t = await withLimit();
    await holdMany(t, 3, { ttlMs: SECOND });
    await t.limits.hold(aCall({ ttlMs: DAY }));
    expect(await t.limits.unsweptHolds()).toEqual({ holds: 0, since: null });
    const over = (t.clock.time += SECOND);

    t.clock.time += HOUR;
    expect(await t.limits.unsweptHolds()).toEqual({ holds: 3, since: over });

    await t.limits.sweep();
    expect(await t.limits.unsweptHolds()).toEqual({ holds: 0, since: null });
  });

  test('gives back all holds whose time is over, and no other', async () => {
    const t = await withLimit();
    await holdMany(t, 25, { ttlMs: SECOND });
    await t.limits.hold(aCall({ tokens: 7, ttlMs: SECOND + 1 }));
    t.clock.time += SECOND;

    expect(await t.limits.sweep({ batchSize: 10 })).toEqual({ expired: 25, forgotten: 0 });

    expect(await counted(t)).toEqual({ settled: 0, held: 7, overage: 0 });
    expect(await t.limits.sweep()).toEqual({ expired: 0, forgotten: 0 });
  });

  test('forgets what ended long enough ago, and the request ids with it', async () => {
    const t = await withLimit();
    for (const requestId of ['first', 'second', 'third']) await t.limits.hold(aCall({ requestId, ttlMs: DAY }));
    await t.limits.settle({ requestId: 'first', tokens: 10, costNanos: 0 });
    await t.limits.release({ requestId: 'second' });
    t.clock.time += HOUR - 1;
    expect(await t.limits.sweep()).toEqual({ expired: 0, forgotten: 0 });
    t.clock.time += 1;

    expect(await t.limits.sweep()).toEqual({ expired: 0, forgotten: 2 });

    const settle = t.limits.settle({ requestId: 'first', tokens: 10, costNanos: 0 });
    await expect(settle).rejects.toThrow(HoldNotFoundError);
    expect(await statesOfHolds(t.database)).toEqual(['held']);
    expect(await counted(t)).toEqual({ settled: 10, held: 10, overage: 0 });
  });

  test('forgets all that ended, also behind calls that go on for long (litellm#29342)', async () => {
    const t = await withLimit({ maxTokensPerDay: 1_000 });
    await holdMany(t, 10, { ttlMs: DAY }); // older than all others, and still open
    await holdMany(t, 30, { ttlMs: SECOND });
    t.clock.time += SECOND;

    expect(await t.limits.sweep({ keepEndedMs: 0, batchSize: 10 })).toEqual({ expired: 30, forgotten: 30 });

    expect(await statesOfHolds(t.database)).toEqual(Array.from({ length: 10 }, () => 'held'));
    expect(await t.database.reader.statement('SELECT count(*) AS count FROM _hold_limits').get()).toEqual({
      count: 10,
    });
  });

  test('refuses what it does not know', async () => {
    const t = await withLimit();
    await expect(t.limits.sweep({ batchSize: 0 })).rejects.toThrow('sweep: batchSize');
    await expect(t.limits.sweep({ keepEndedMs: -1 })).rejects.toThrow('sweep: keepEndedMs');
  });
});
