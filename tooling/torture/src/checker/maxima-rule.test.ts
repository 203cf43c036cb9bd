import { expect, test } from 'vitest';
import type { Maxima, Operation } from '../history/operation.ts';
import { begun, done, historyOf, looking } from './history.fixture.ts';
import type { CounterRow } from './look.ts';
import { checkMaxima } from './maxima-rule.ts';

const of = (tokens: number): Maxima => ({ tokens, requests: null, cost: null });
const created = (limitId = 1) => done('limit.create', { userId: 'ann', maxima: of(10) }, { limitId });
const updated = (tokens: number) => done('limit.update', { limitId: 1, maxima: of(tokens) }, {});
const deleted = () => done('limit.delete', { limitId: 1 }, {});

/** How many tokens limit 1 may allow after that; `none`: it may be gone. */
function allowedAfter(...operations: readonly Operation[]): (number | 'none')[] {
  return ([10, 20, 30, 'none'] as const).filter((found) => {
    const row = { limitId: 1, windowStartedAt: 5, settled: 0, held: 0, overage: 0 };
    const rows: CounterRow[] = [
      { ...row, dimension: 'tokens', most: Number(found) },
      { ...row, dimension: 'requests', most: null },
      { ...row, dimension: 'cost', most: null },
    ];
    const counters = found === 'none' ? [] : rows;
    return checkMaxima(historyOf(...operations), looking({ counters })).length === 0;
  });
}

test.each([
  ['made', [created()], [10]],
  ['changed', [created(), updated(20)], [20]],
  ['changed twice', [created(), updated(20), updated(30)], [30]],
  ['perhaps changed', [created(), begun('limit.update', { limitId: 1, maxima: of(20) })], [10, 20]],
  ['deleted', [created(), updated(20), deleted()], ['none']],
  ['perhaps deleted', [created(), begun('limit.delete', { limitId: 1 })], [10, 'none']],
  ['deleted, and another one has its id', [created(), deleted(), created(), updated(20)], [20]],
  ['perhaps made', [begun('limit.create', { userId: 'ann', maxima: of(10) })], [10, 'none']],
  ['never made', [], ['none']],
])('a limit that was %s has the maxima that it was given last', (_, operations, allowed) => {
  expect(allowedAfter(...operations)).toEqual(allowed);
});

test('of two changes at once either may have been the last', () => {
  const [made, one, other] = [created(), updated(20), updated(30)];
  expect(allowedAfter(made, one, { ...other, from: one.from })).toEqual([20, 30]);
});
