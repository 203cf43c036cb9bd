import type { IronDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { EmptyLimitError, InvalidTimeZoneError } from './limit-errors.ts';
import { aCall, counted, countersAboveTheirLimit, DAY, HOUR, NOW, refusalOf, withLimit } from './limits.fixture.ts';

/** A limit of 100 tokens, of which 60 are used and 30 held. */
async function withUse() {
  const t = await withLimit();
  await t.limits.hold(aCall({ requestId: 'used', tokens: 60 }));
  await t.limits.settle({ requestId: 'used', tokens: 60, costNanos: 0 });
  await t.limits.hold(aCall({ requestId: 'open', tokens: 30 }));
  return t;
}

describe('a limit that is lowered', () => {
  test.each([
    [90, { settled: 60, held: 30, overage: 0 }],
    [80, { settled: 50, held: 30, overage: 10 }],
    [30, { settled: 0, held: 30, overage: 60 }],
    [20, { settled: 0, held: 20, overage: 70 }],
    [0, { settled: 0, held: 0, overage: 90 }],
  ])('to %d refuses new calls and keeps what is above the line as overage', async (maxTokensPerDay, expected) => {
    const t = await withUse();

    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay });

    expect(await counted(t)).toEqual(expected);
    expect(await countersAboveTheirLimit(t.database)).toBe(0);
    expect(await t.limits.verifyHeld()).toEqual([]);
    expect((await refusalOf(t.limits.hold(aCall({ tokens: 1 })))).refusals[0]).toMatchObject({ left: 0, ...expected });
  });

  test.each([90, 80, 30, 20, 0])(
    'to %d lets the call under way end as if nothing had been',
    async (maxTokensPerDay) => {
      for (const actual of [0, 25, 30, 40]) {
        const t = await withUse();
        await t.limits.updateLimit({ limitId: 1, maxTokensPerDay });
        if (actual === 0) await t.limits.release({ requestId: 'open' });
        else await t.limits.settle({ requestId: 'open', tokens: actual, costNanos: 0 });

        const settled = Math.min(60 + actual, maxTokensPerDay);
        expect(await counted(t)).toEqual({ settled, held: 0, overage: 60 + actual - settled });
        expect(await t.limits.verifyHeld()).toEqual([]);
      }
    },
  );

  test('below what several calls hold gives each its own back', async () => {
    const t = await withLimit();
    for (const requestId of ['a', 'b', 'c']) await t.limits.hold(aCall({ requestId, tokens: 30 }));
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 20 });

    await t.limits.settle({ requestId: 'a', tokens: 5, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 0, held: 20, overage: 45 });
    await t.limits.release({ requestId: 'b' });
    expect(await counted(t)).toEqual({ settled: 0, held: 20, overage: 15 });
    await t.limits.settle({ requestId: 'c', tokens: 10, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 15, held: 0, overage: 0 });
    await t.limits.hold(aCall({ tokens: 5 }));
  });

  test('starts its next window with all of its new size', async () => {
    const t = await withUse();
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 10 });
    t.clock.time += DAY;
    await t.limits.hold(aCall({ tokens: 10 }));
    expect(await counted(t)).toEqual({ settled: 0, held: 10, overage: 0 });
  });
});

describe('a limit that is raised', () => {
  test('gives overage its room back, and what is left then to new calls', async () => {
    const t = await withUse();
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 20 });
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 70 });
    expect(await counted(t)).toEqual({ settled: 40, held: 30, overage: 20 });
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 95 });
    expect(await counted(t)).toEqual({ settled: 60, held: 30, overage: 0 });
    await t.limits.hold(aCall({ tokens: 5 }));
    await refusalOf(t.limits.hold(aCall({ tokens: 1 })));
  });

  test('admits at once what was refused before', async () => {
    const t = await withUse();
    await refusalOf(t.limits.hold(aCall({ tokens: 11 })));
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 101 });
    await t.limits.hold(aCall({ tokens: 11 }));
    expect(await counted(t)).toEqual({ settled: 60, held: 41, overage: 0 });
  });
});

describe('a dimension without a maximum', () => {
  test('is counted all the same, so that a maximum given later applies to what was used before', async () => {
    const t = await withLimit({ maxRequestsPerMinute: 100 });
    await t.limits.hold(aCall({ requestId: 'used', tokens: 500 }));
    await t.limits.settle({ requestId: 'used', tokens: 400, costNanos: 9 });
    await t.limits.hold(aCall({ tokens: 50 }));
    expect(await counted(t)).toEqual({ settled: 400, held: 50, overage: 0 });

    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: 440 });

    expect(await counted(t)).toEqual({ settled: 390, held: 50, overage: 10 });
    await refusalOf(t.limits.hold(aCall({ tokens: 1 })));
  });

  test('is what null makes of it; leaving it out keeps its maximum', async () => {
    const t = await withLimit({ maxTokensPerDay: 10, maxRequestsPerMinute: 5 });
    const changed = await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: null });
    expect(changed.counters.tokens.max).toBeNull();
    expect(changed.counters.requests.max).toBe(5);
    await t.limits.hold(aCall({ tokens: 1_000 }));
    expect(await t.limits.limitStates({ userId: 'ann' })).toHaveLength(1);
  });

  test('cannot be the last one', async () => {
    const t = await withLimit();
    await expect(t.limits.updateLimit({ limitId: 1, maxTokensPerDay: null })).rejects.toThrow(EmptyLimitError);
    expect((await t.limits.getLimit(1)).counters.tokens.max).toBe(100);
  });

  test('holds up to the largest amount exactly, and gives it back', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const t = await withLimit({ maxRequestsPerMinute: 100 });
    await t.limits.hold(aCall({ requestId: 'all', tokens: 1 }));
    // As thousands of the largest calls would leave it.
    for (const held of ['UPDATE _holds SET tokens = ?', 'UPDATE usage_limits SET tokens_held = ?']) {
      await t.database.reader.statement<[number]>(held).run(most - 1);
    }
    expect((await refusalOf(t.limits.hold(aCall({ tokens: 2 })))).refusals[0]).toMatchObject({ max: most, left: 1 });
    await t.limits.hold(aCall({ requestId: 'last', tokens: 1 }));

    await t.limits.settle({ requestId: 'all', tokens: 10 ** 12, costNanos: 0 });
    expect(await counted(t)).toEqual({ settled: 10 ** 12, held: 1, overage: 0 });
    await t.limits.release({ requestId: 'last' });

    expect(await counted(t)).toEqual({ settled: 10 ** 12, held: 0, overage: 0 });
    await t.limits.hold(aCall({ tokens: 5 }));
    expect(await t.limits.verifyHeld()).toEqual([]);
  });
});

describe('another time zone', () => {
  test('takes along what was used and is held, so that nobody gets a month anew', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxCostNanosPerMonth: 100 });
    await t.limits.hold(aCall({ requestId: 'used', tokens: 60, costNanos: 60 }));
    await t.limits.settle({ requestId: 'used', tokens: 60, costNanos: 60 });
    await t.limits.hold(aCall({ requestId: 'open', tokens: 30, costNanos: 30 }));

    await t.limits.updateLimit({ limitId: 1, timeZone: 'America/New_York' });

    for (const dimension of ['tokens', 'cost'] as const)
      expect(await counted(t, dimension)).toEqual({ settled: 60, held: 30, overage: 0 });
    const { refusals } = await refusalOf(t.limits.hold(aCall({ tokens: 11, costNanos: 11 })));
    expect(refusals.map(({ resetsAt }) => new Date(resetsAt).toISOString())).toEqual([
      '2026-04-01T04:00:00.000Z',
      '2026-03-11T04:00:00.000Z',
    ]);
    await t.limits.settle({ requestId: 'open', tokens: 40, costNanos: 20 });
    expect(await counted(t, 'tokens')).toEqual({ settled: 100, held: 0, overage: 0 });
    expect(await counted(t, 'cost')).toEqual({ settled: 80, held: 0, overage: 0 });
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test('to the west keeps counting until its own day ends', async () => {
    const t = await withUse();
    t.clock.time = Date.UTC(2026, 2, 11, 3); // still the 10th in New York
    await t.limits.hold(aCall({ requestId: 'today', tokens: 80 }));
    await t.limits.updateLimit({ limitId: 1, timeZone: 'America/New_York' });
    expect((await refusalOf(t.limits.hold(aCall({ tokens: 21 })))).refusals[0]?.resetsAt).toBe(
      Date.UTC(2026, 2, 11, 4),
    );
    t.clock.time = Date.UTC(2026, 2, 11, 4);
    await t.limits.hold(aCall({ tokens: 100 }));
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test('in which the next day or month has begun begins it empty', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxCostNanosPerMonth: 100 });
    t.clock.time = Date.UTC(2026, 2, 31, 20); // April in Asia/Kathmandu
    await t.limits.hold(aCall({ requestId: 'open', tokens: 70, costNanos: 70 }));
    await t.limits.updateLimit({ limitId: 1, timeZone: 'Asia/Kathmandu' });
    await t.limits.settle({ requestId: 'open', tokens: 70, costNanos: 70 });
    for (const dimension of ['tokens', 'cost'] as const)
      expect(await counted(t, dimension)).toEqual({ settled: 0, held: 0, overage: 0 });
    expect(await t.limits.verifyHeld()).toEqual([]);
  });

  test('has days of 23 and of 25 hours when its clocks are changed', async () => {
    const t = await withLimit({ timeZone: 'Europe/Berlin' });
    const daysOf = async (start: number, hours: number) => {
      t.clock.time = start;
      const { requestId } = await t.limits.hold(aCall({ tokens: 100 }));
      await t.limits.settle({ requestId, tokens: 100, costNanos: 0 });
      t.clock.time = start + hours * HOUR - 1;
      expect((await refusalOf(t.limits.hold(aCall({ tokens: 1 })))).refusals[0]?.resetsAt).toBe(start + hours * HOUR);
      t.clock.time += 1;
      await t.limits.hold(aCall({ tokens: 100 }));
    };
    await daysOf(Date.UTC(2026, 2, 28, 23), 23);
    await daysOf(Date.UTC(2026, 9, 24, 22), 25);
  });

  test('that the system does not know is refused', async () => {
    const t = await withUse();
    await expect(t.limits.updateLimit({ limitId: 1, timeZone: 'Mars/Olympus' })).rejects.toThrow(InvalidTimeZoneError);
    await expect(
      t.limits.createLimit({ userId: 'bob', maxTokensPerDay: 1, timeZone: 'Mars/Olympus' }),
    ).rejects.toMatchObject({ code: 'limit.invalid_time_zone' });
    expect((await t.limits.listLimits()).items.map(({ userId, timeZone }) => [userId, timeZone])).toEqual([
      ['ann', 'UTC'],
    ]);
  });
});

test('a limit made in the middle of a window counts from then on', async () => {
  const t = await withLimit({ userId: 'bob' });
  await t.limits.hold(aCall({ requestId: 'before', tokens: 500 }));
  const { id, createdAt } = await t.limits.createLimit({ userId: 'ann', maxTokensPerDay: 100 });
  await t.limits.hold(aCall({ tokens: 60 }));
  await t.limits.settle({ requestId: 'before', tokens: 500, costNanos: 0 });
  expect(await counted(t, 'tokens', id)).toEqual({ settled: 0, held: 60, overage: 0 });
  expect(createdAt).toBe(NOW);
});

/** PostgreSQL gives no id twice, unless a sequence is set back, as after a restore of single tables. */
async function giveLimitIdsAnew({ engine, reader }: IronDatabase): Promise<void> {
  if (engine === 'sqlite') return;
  await reader.statement("SELECT setval(pg_get_serial_sequence('usage_limits', 'id'), 1, false)").get();
}

test('a limit that is deleted takes its holds with it, also where its id is given again', async () => {
  const t = await withUse();
  await t.limits.deleteLimit({ limitId: 1 });
  await t.limits.hold(aCall({ tokens: 1_000_000 }));
  await giveLimitIdsAnew(t.database);
  const { id } = await t.limits.createLimit({ userId: 'bob', maxTokensPerDay: 10 });
  expect(id).toBe(1);
  await t.limits.hold(aCall({ userId: 'bob', tokens: 4 })); // in the same window

  await t.limits.settle({ requestId: 'open', tokens: 3, costNanos: 0 });

  expect(await counted(t, 'tokens', id)).toEqual({ settled: 0, held: 4, overage: 0 });
  expect(await t.limits.verifyHeld()).toEqual([]);
});
