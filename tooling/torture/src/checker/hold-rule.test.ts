import { expect, test } from 'vitest';
import type { Operation } from '../history/operation.ts';
import { begun, done, historyOf, looking, refused, saidBy } from './history.fixture.ts';
import { checkHolds } from './hold-rule.ts';

const ABOUT = { requestId: 'r' };
const USED = { tokens: 1, requests: 1, costNanos: 2 };
const ROW = { id: 1, requestId: 'r', tokens: 5, requests: 1, costNanos: 6 };
const taken = () => done('hold.take', { ...ABOUT, userId: 'ann' }, { tokens: 5, costNanos: 6 });
const settled = () => done('hold.settle', { ...ABOUT, used: USED }, { settled: true });
const released = () => done('hold.release', ABOUT, { released: true });
const lost = () => begun('hold.settle', { ...ABOUT, used: USED });

/** Which states a hold may be in after that; `none`: it is not there. */
function allowedAfter(...operations: readonly Operation[]): string[] {
  return ['none', 'held', 'settled', 'released', 'expired'].filter((state) => {
    const holds = state === 'none' ? [] : [{ ...ROW, state }];
    return checkHolds(historyOf(...operations), looking({ holds })).length === 0;
  });
}

test.each([
  ['taken', [taken()], ['held', 'expired']],
  ['settled', [taken(), settled()], ['settled']],
  ['released', [taken(), released()], ['released']],
  ['released, and settled all the same', [taken(), released(), settled()], ['settled']],
  ['settled, of which nobody knows', [taken(), lost()], ['held', 'settled', 'expired']],
  [
    'settled for certain after it was taken perhaps',
    [begun('hold.take', { ...ABOUT, userId: 'ann' }), settled()],
    ['settled'],
  ],
  ['never taken', [refused(begun('hold.take', { ...ABOUT, userId: 'ann' }), 'limit.exceeded')], ['none']],
])('a hold that was %s is in one of the states that this leads to', (_, operations, states) => {
  expect(allowedAfter(...operations)).toEqual(states);
});

test('finds a hold of other amounts than were acknowledged', () => {
  const holds = [{ ...ROW, state: 'held', tokens: 4 }];
  const found = saidBy(checkHolds(historyOf(taken()), looking({ holds })));
  expect(found).toEqual(['Hold r holds other amounts than were acknowledged.']);
});
