import type { IronDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import {
  aCall,
  contents,
  counted,
  countersAboveTheirLimit,
  DAY,
  HOUR,
  MINUTE,
  refusalOf,
  SECOND,
  type TestLimits,
  withLimit,
} from './limits.fixture.ts';

/** How many of so many calls at once were admitted. */
async function admitted({ limits }: TestLimits, calls: number, about: object = {}): Promise<number> {
  const all = await Promise.allSettled(
    Array.from({ length: calls }, () => limits.hold(aCall({ tokens: 1, ...about }))),
  );
  return all.filter(({ status }) => status === 'fulfilled').length;
}

describe('more is spent than a limit allows', () => {
  test('calls at the same time do not pass it together (litellm#26845, litellm#34732, new-api#5690)', async () => {
    const t = await withLimit({ maxTokensPerDay: 5 });
    expect(await admitted(t, 50)).toBe(5);
  });

  test('the last call is refused, not given what is left (litellm#26845)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ tokens: 90 }));
    expect((await refusalOf(t.limits.hold(aCall({ tokens: 11 })))).refusals[0]).toMatchObject({
      left: 10,
      requested: 11,
    });
    expect(await counted(t)).toEqual({ settled: 0, held: 90, overage: 0 });
  });

  test('tokens count before the call, so that five at once do not use 663 of 100 (litellm#18730)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    expect(await admitted(t, 5, { tokens: 133 })).toBe(0);
    expect(await admitted(t, 5, { tokens: 50 })).toBe(2);
  });

  test('a balance never goes negative (one-api#2446)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'one', tokens: 100 }));
    await t.limits.settle({ requestId: 'one', tokens: 400, costNanos: 0 });
    expect((await t.limits.limitStates({ userId: 'ann' }))[0]).toMatchObject({ settled: 100, overage: 300, left: 0 });
    expect(await countersAboveTheirLimit(t.database)).toBe(0);
  });

  test('a stream that is charged at its end has held its room from the beginning (envoy ai-gateway#680)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'stream', tokens: 80 }));
    await refusalOf(t.limits.hold(aCall({ tokens: 30 })));
    await t.limits.settle({ requestId: 'stream', tokens: 75, costNanos: 0 });
    await t.limits.hold(aCall({ tokens: 25 }));
    expect(await counted(t)).toEqual({ settled: 75, held: 25, overage: 0 });
  });

  test('the calls under way of all services are counted in one place (litellm#16011, litellm#34238)', async () => {
    const t = await withLimit({ maxTokensPerDay: 5 });
    const other = await t.openAnother();
    await Promise.all([admitted(t, 3), admitted(other, 2)]);
    expect(await admitted(t, 1)).toBe(0);
    expect(await admitted(other, 1)).toBe(0);
  });

  test('a changed limit applies to the next call of every service at once (litellm#26672, litellm#25553)', async () => {
    const t = await withLimit({ maxTokensPerDay: 5 });
    const other = await t.openAnother();
    await admitted(other, 3);
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 3 });
    expect(await admitted(other, 1)).toBe(0);
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 4 });
    expect(await admitted(other, 2)).toBe(1);
  });

  test('a limit of nothing lets nothing through (Helicone#4492)', async () => {
    const t = await withLimit({ maxCostNanosPerMonth: 0 });
    expect((await refusalOf(t.limits.hold(aCall({ costNanos: 1 })))).refusals[0]).toMatchObject({ max: 0, left: 0 });
  });

  test('what cannot be counted is refused, not let through (litellm#33923, envoy ai-gateway#2347)', async () => {
    const t = await withLimit();
    await breakLimits(t.database);
    const before = await contents(t.database);
    await expect(t.limits.hold(aCall())).rejects.toThrow('no');
    expect(await contents(t.database)).toEqual(before);
  });

  test('a budget that is misspelt is an error, not no budget (bifrost#5673)', async () => {
    const t = await withLimit();
    const misspelt = { userId: 'bob', maxTokensPerDay: 1, maxCostPerMonth: 5 };
    await expect(t.limits.createLimit(misspelt)).rejects.toThrow('there is no field maxCostPerMonth');
  });
});

describe('room that nobody uses', () => {
  test('comes back on every way that a call can end (litellm#27639)', async () => {
    const t = await withLimit({ maxTokensPerDay: 30 });
    for (const requestId of ['settled', 'released', 'forgotten'])
      await t.limits.hold(aCall({ requestId, tokens: 10, ttlMs: MINUTE }));
    await t.limits.settle({ requestId: 'settled', tokens: 0, costNanos: 0 });
    await t.limits.release({ requestId: 'released' });
    t.clock.time += MINUTE;
    await t.limits.hold(aCall({ tokens: 30 }));
    expect(await counted(t)).toEqual({ settled: 0, held: 30, overage: 0 });
  });

  test('is not missed by a gateway that asks before it holds (litellm#27639)', async () => {
    const t = await withLimit({ maxTokensPerDay: 30 });
    await t.limits.hold(aCall({ tokens: 30, ttlMs: MINUTE })); // its process is killed
    t.clock.time += MINUTE;
    expect(await t.limits.checkTokensAllowed({ userId: 'ann', tokens: 30 })).toBe(true);
  });

  test('is not counted beside what was used, whichever of the two comes late (litellm#35569)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'one', tokens: 80, ttlMs: SECOND }));
    t.clock.time += SECOND;
    await t.limits.sweep();
    await t.limits.settle({ requestId: 'one', tokens: 70, costNanos: 0 });
    await t.limits.release({ requestId: 'one' });
    expect(await counted(t)).toEqual({ settled: 70, held: 0, overage: 0 });
  });

  test('of a call that was cancelled is given back, and what it did use counts (bifrost#4575, litellm#14457)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'cancelled', tokens: 80 }));
    await t.limits.settle({ requestId: 'cancelled', tokens: 12, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 12, held: 0, overage: 0 });
  });

  test('does not fill a table without an end (litellm#29342)', async () => {
    const t = await withLimit({ maxTokensPerDay: 1_000 });
    for (let round = 0; round < 3; round += 1) {
      await admitted(t, 20, { ttlMs: SECOND });
      t.clock.time += 2 * HOUR;
      await t.limits.sweep();
    }
    t.clock.time += 2 * HOUR;
    await t.limits.sweep();
    expect((await contents(t.database)).slice(1, 3)).toEqual([[], []]);
  });
});

describe('what is counted', () => {
  test('is what was used, once, however often it is said (litellm#40050)', async () => {
    const t = await withLimit({ maxCostNanosPerMonth: 1_000 });
    await t.limits.hold(aCall({ requestId: 'one', costNanos: 100 }));
    const settle = () => t.limits.settle({ requestId: 'one', tokens: 1, costNanos: 55 });
    await Promise.all([settle(), settle(), settle()]);
    await settle();
    expect(await counted(t, 'cost')).toEqual({ settled: 55, held: 0, overage: 0 });
  });
});

describe('a call that is refused', () => {
  test('burns nothing of any limit (litellm#39309)', async () => {
    const t = await withLimit({ maxTokensPerDay: 10, maxRequestsPerMinute: 10, maxCostNanosPerMonth: 10 });
    const before = await contents(t.database);
    for (const about of [{ tokens: 11 }, { requests: 11 }, { costNanos: 11 }]) {
      await refusalOf(t.limits.hold(aCall(about)));
      expect(await contents(t.database)).toEqual(before);
    }
  });

  test('burns no credit that others could use: 35 of 40 are refused, 5 are counted (better-auth)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxRequestsPerMinute: 5 });
    expect(await admitted(t, 40)).toBe(5);
    expect(await counted(t)).toEqual({ settled: 0, held: 5, overage: 0 });
  });
});

describe('a window', () => {
  test('ends at its time although calls go on all the while (better-auth#6035, shenyu#6649)', async () => {
    const t = await withLimit({ maxRequestsPerMinute: 5 });
    let seconds = 0;
    const perMinute = [0, 0, 0];
    for (; seconds < 160; seconds += 4) {
      const minute = Math.floor((seconds + 20) / 60); // the clock starts at 20 seconds
      perMinute[minute] = (perMinute[minute] ?? 0) + (await admitted(t, 1));
      t.clock.time += 4 * SECOND;
    }
    expect(perMinute).toEqual([5, 5, 5]);
  });

  test('is opened by the call itself: no job has to reset anything (litellm#5651)', async () => {
    const t = await withLimit({ maxTokensPerDay: 10 });
    await admitted(t, 10);
    t.clock.time += DAY;
    expect(await admitted(t, 20)).toBe(10);
  });

  test('is not reset because it was never begun (litellm#22013)', async () => {
    const t = await withLimit({ maxTokensPerDay: 10 });
    await admitted(t, 7);
    t.clock.time += MINUTE;
    await t.limits.sweep();
    expect(await admitted(t, 10)).toBe(3);
  });

  test('of requests ends without that of tokens (litellm#24677)', async () => {
    const t = await withLimit({ maxTokensPerDay: 10, maxRequestsPerMinute: 4 });
    expect(await admitted(t, 9)).toBe(4);
    t.clock.time += MINUTE;
    expect(await admitted(t, 9)).toBe(4);
    t.clock.time += MINUTE;
    expect(await admitted(t, 9)).toBe(2); // the day has no more tokens
  });

  test('that is over is not credited to the next by a late settlement (litellm-rs#720)', async () => {
    const t = await withLimit({ maxTokensPerDay: 100 });
    await t.limits.hold(aCall({ requestId: 'late', tokens: 90, ttlMs: DAY }));
    t.clock.time += DAY / 2;
    await t.limits.hold(aCall({ requestId: 'today', tokens: 95 }));
    await t.limits.settle({ requestId: 'today', tokens: 95, costNanos: 0 });
    await t.limits.settle({ requestId: 'late', tokens: 10, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 95, held: 0, overage: 0 });
  });
});

/** Whoever changes a limit is told no, by the database. */
async function breakLimits({ engine, reader }: IronDatabase): Promise<void> {
  const triggers = {
    sqlite: ["CREATE TRIGGER broken BEFORE UPDATE ON usage_limits BEGIN SELECT RAISE(ABORT, 'no'); END"],
    postgres: [
      "CREATE FUNCTION say_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
      'CREATE TRIGGER broken BEFORE UPDATE ON usage_limits FOR EACH ROW EXECUTE FUNCTION say_no()',
    ],
  };
  for (const statement of triggers[engine]) await reader.statement(statement).run();
}
