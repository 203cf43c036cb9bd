import { expect, test } from 'vitest';
import { done, historyOf, looking, saidBy } from './history.fixture.ts';
import { checkLimits } from './limit-rule.ts';

const COUNTER = {
  limitId: 1,
  dimension: 'tokens',
  most: 10,
  windowStartedAt: 5,
  settled: 0,
  held: 0,
  overage: 0,
} as const;
const WINDOWS = { limitId: 1, tokens: 5, requests: 5, cost: 5 };
const settled = (id: number, tokens: number) => ({
  hold: { id, requestId: `r${id}`, state: 'settled', tokens: 9, requests: 1, costNanos: 0 },
  operation: done(
    'hold.settle',
    { requestId: `r${id}`, used: { tokens, requests: 1, costNanos: 0 } },
    { settled: true },
  ),
});

test('finds a limit that is passed', () => {
  const counters = [{ ...COUNTER, held: 11 }];
  expect(saidBy(checkLimits(historyOf(), looking({ counters })))).toEqual([
    'A limit is passed.',
    'The calls of the window add up to 0.',
  ]);
});

test('finds a limit that was passed when somebody looked meanwhile', () => {
  const look = done('limits.look', {}, { above: [{ ...COUNTER, held: 11 }] });
  expect(saidBy(checkLimits(historyOf(look), looking({})))).toEqual(['A limit was passed.']);
});

test('adds up what the settled calls of the window used, with what passed the limit, and no other window’s', () => {
  const [one, other] = [settled(1, 8), settled(2, 7)];
  const history = historyOf(one.operation, other.operation);
  const check = (windows: number, overage: number) => {
    const holdLimits = [
      { ...WINDOWS, holdId: 1 },
      { ...WINDOWS, holdId: 2, tokens: windows },
    ];
    const counters = [{ ...COUNTER, settled: 8, overage }];
    return saidBy(checkLimits(history, looking({ counters, holds: [one.hold, other.hold], holdLimits })));
  };
  expect(check(5, 7)).toEqual([]);
  expect(check(4, 0)).toEqual([]);
  expect(check(5, 0)).toEqual(['The calls of the window add up to 15.']);
});

test('counts a call through admission as its usage row says', () => {
  const { hold } = settled(1, 0);
  const usage = [{ requestId: 'r1', tokenId: 1, inputTokens: 1, outputTokens: 2, totalTokens: 3, costNanos: 4 }];
  const about = { usage, holds: [hold], holdLimits: [{ ...WINDOWS, holdId: 1 }] };
  expect(checkLimits(historyOf(), looking({ ...about, counters: [{ ...COUNTER, settled: 3 }] }))).toEqual([]);
});

test('adds up what is held, even above a limit that was lowered since, and not what was released', () => {
  const { hold } = settled(1, 0);
  const check = (state: string) => {
    const counters = [{ ...COUNTER, most: 2, held: 2, overage: 7 }];
    const look = looking({ counters, holds: [{ ...hold, state }], holdLimits: [{ ...WINDOWS, holdId: 1 }] });
    return saidBy(checkLimits(historyOf(), look));
  };
  expect(check('held')).toEqual([]);
  expect(check('released')).toEqual(['The calls of the window add up to 0.']);
});
