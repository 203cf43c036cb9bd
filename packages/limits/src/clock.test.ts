import { expect, test } from 'vitest';
import { aCall, counted, DAY, HOUR, MINUTE, NOW, refusalOf, SECOND, withLimit } from './limits.fixture.ts';

const ALL = { maxTokensPerDay: 10, maxRequestsPerMinute: 1, maxCostNanosPerMonth: 10 };
const FULL = { tokens: 10, requests: 1, costNanos: 10 };

test('a window rolls over with the next call, not with a job', async () => {
  const t = await withLimit({ maxRequestsPerMinute: 1 });
  await t.limits.hold(aCall());
  t.clock.time += 40 * SECOND - 1;
  await refusalOf(t.limits.hold(aCall()));
  t.clock.time += 1;
  await t.limits.hold(aCall());
  const started = 'SELECT requests_window_started_at AS started FROM usage_limits';
  expect(await t.database.reader.statement(started).get()).toEqual({ started: NOW + 40 * SECOND });
});

test('each dimension rolls over by itself', async () => {
  const t = await withLimit(ALL);
  await t.limits.hold(aCall({ ...FULL, ttlMs: DAY }));
  const hasRoom = async () => [
    await t.limits.checkRequestAllowed({ userId: 'ann' }),
    await t.limits.checkTokensAllowed({ userId: 'ann', tokens: 10 }),
    await t.limits.checkCostAllowed({ userId: 'ann', costNanos: 10 }),
  ];
  expect(await hasRoom()).toEqual([false, false, false]);
  t.clock.time += MINUTE;
  expect(await hasRoom()).toEqual([true, false, false]);
  t.clock.time += DAY - 2 * MINUTE;
  expect(await hasRoom()).toEqual([true, true, false]);
});

test('a clock that goes back brings no earlier window back', async () => {
  const t = await withLimit(ALL);
  t.clock.time = Date.UTC(2026, 3, 1); // a new minute, a new day, a new month
  await t.limits.hold(aCall({ ...FULL, ttlMs: DAY }));
  t.clock.time -= 1;

  const { refusals } = await refusalOf(t.limits.hold(aCall(FULL)));

  expect(refusals.map(({ dimension, resetsAt }) => [dimension, new Date(resetsAt).toISOString()])).toEqual([
    ['cost', '2026-05-01T00:00:00.000Z'],
    ['tokens', '2026-04-02T00:00:00.000Z'],
    ['requests', '2026-04-01T00:01:00.000Z'],
  ]);
  t.clock.time += 1;
  await refusalOf(t.limits.hold(aCall(FULL)));
  expect(await t.limits.verifyHeld()).toEqual([]);
});

test('a clock that goes back and forth gives nothing twice', async () => {
  const t = await withLimit({ maxRequestsPerMinute: 3 });
  let admitted = 0;
  for (const seconds of [0, -MINUTE, 0, -HOUR, 10 * SECOND, -DAY, 30 * SECOND]) {
    t.clock.time = NOW + seconds;
    admitted += await t.limits.hold(aCall({ ttlMs: DAY })).then(
      () => 1,
      () => 0,
    );
  }
  expect(admitted).toBe(3);
});

test('a hold made before the clock went back is settled in its own window', async () => {
  const t = await withLimit();
  await t.limits.hold(aCall({ requestId: 'one', tokens: 60 }));
  t.clock.time -= 2 * DAY;
  await t.limits.settle({ requestId: 'one', tokens: 50, costNanos: 0 });
  expect(await counted(t)).toEqual({ settled: 50, held: 0, overage: 0 });
});

test.each([MINUTE, HOUR, 3 * DAY, 40 * DAY, 800 * DAY])(
  'a clock that jumps on by %d ms opens the window of then, empty',
  async (jump) => {
    const t = await withLimit(ALL);
    await t.limits.hold(aCall({ ...FULL, requestId: 'old', ttlMs: DAY }));
    t.clock.time += jump;
    await t.limits.hold(aCall({ tokens: 0, costNanos: 0 }));
    const [state] = (await t.limits.limitStates({ userId: 'ann' })).filter(({ dimension }) => dimension === 'requests');
    const started = t.clock.time - (t.clock.time % MINUTE);
    expect(state).toMatchObject({ settled: 0, held: 1, left: 0, windowStartedAt: started, resetsAt: started + MINUTE });
    expect(await t.limits.verifyHeld()).toEqual([]);
  },
);

test('a leap day is a day of February', async () => {
  const t = await withLimit(ALL);
  t.clock.time = Date.UTC(2028, 1, 29) - 1;
  await t.limits.hold(aCall({ ...FULL, ttlMs: DAY }));
  t.clock.time += 1;
  const refused = await refusalOf(t.limits.hold(aCall(FULL)));
  expect(refused.refusals.map(({ dimension, resetsAt }) => [dimension, resetsAt])).toEqual([
    ['cost', Date.UTC(2028, 2, 1)],
  ]);
  t.clock.time = Date.UTC(2028, 2, 1);
  await t.limits.hold(aCall(FULL));
});

test('the last moment of a year is in its last windows', async () => {
  const t = await withLimit(ALL);
  t.clock.time = Date.UTC(2027, 0, 1) - 1;
  await t.limits.hold(aCall({ ...FULL, ttlMs: DAY }));
  const { refusals } = await refusalOf(t.limits.hold(aCall(FULL)));
  expect(refusals.map(({ resetsAt }) => resetsAt)).toEqual([1, 1, 1].map(() => Date.UTC(2027, 0, 1)));
  t.clock.time += 1;
  await t.limits.hold(aCall(FULL));
});
