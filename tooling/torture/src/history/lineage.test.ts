import { expect, test } from 'vitest';
import { lineageAt, lineageFrom, lineageRestored, presenceOf } from './lineage.ts';
import type { Operation } from './operation.ts';

const at = (from: number, until: number, outcome: Operation['outcome'] = 'done'): Operation => ({
  id: 'one',
  kind: 'limits.look',
  wanted: {},
  answer: { above: [] },
  from,
  until,
  outcome,
});
const backup = lineageAt(lineageFrom(10), 20, 30);
const restored = lineageRestored(backup, 50);

test.each([
  ['done', at(11, 12), 'yes'],
  ['of which nobody knows', at(11, Infinity, 'unknown'), 'maybe'],
  ['refused', at(11, 12, 'refused'), 'no'],
  ['of the database before', at(8, 9), 'no'],
])('a new database holds what was %s so', (_, operation, presence) => {
  expect(presenceOf(operation, lineageFrom(10))).toBe(presence);
});

test.each([
  ['was done before the backup began', at(11, 20), 'yes'],
  ['was done while it was made', at(11, 21), 'maybe'],
  ['began while it was made', at(29, 31), 'maybe'],
  ['began when it was finished', at(30, 31), 'no'],
  ['was done after it was restored', at(51, 52), 'yes'],
  ['began before it was restored, and after it was made', at(40, 41), 'no'],
])('a restored database holds what %s so', (_, operation, presence) => {
  expect(presenceOf(operation, restored)).toBe(presence);
});
