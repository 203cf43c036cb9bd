import { expect, test } from 'vitest';
import { begun, done, historyOf, looking, refused, saidBy } from './history.fixture.ts';
import { checkUsage } from './usage-rule.ts';

const WANTED = { requestId: 'r', tokenId: 1, inputTokens: 2, outputTokens: 3 };
const ROW = { ...WANTED, totalTokens: 5, costNanos: 8 };
const recorded = () => done('usage.record', WANTED, { recorded: true, costNanos: 8 });
const lost = () => begun('usage.record', WANTED);

const deleting = () => begun('token.delete', { family: 'f', place: 0, tokenId: 1 });
const deleted = () => done('token.delete', { family: 'f', place: 0, tokenId: 1 }, {});

test.each([
  ['acknowledged usage that is there', [recorded()], [ROW]],
  ['usage that was reported twice and is there once', [recorded(), recorded()], [ROW]],
  ['usage of which nobody knows, and that is there', [lost()], [ROW]],
  ['usage of which nobody knows, and that is not there', [lost()], []],
  ['usage of a token that was deleted with it', [recorded(), deleted()], []],
  ['usage of a token that was perhaps deleted, and is not there', [recorded(), deleting()], []],
  ['usage of a token that was perhaps deleted, and is there', [recorded(), deleting()], [ROW]],
  ['usage of a token that has the number of a deleted one', [deleted(), recorded()], [ROW]],
  ['refused usage that is not there', [refused(lost(), 'database.busy')], []],
])('accepts %s', (_, operations, usage) => {
  expect(checkUsage(historyOf(...operations), looking({ usage }))).toEqual([]);
});

test.each([
  ['that was acknowledged is missing', [recorded()], [], 'acknowledged and is not there'],
  ['is there though its token was deleted', [recorded(), deleted()], [ROW], 'nobody was told of'],
  [
    'is missing though its token was not deleted since',
    [deleted(), recorded()].toReversed(),
    [],
    'acknowledged and is not there',
  ],
  ['is there twice', [recorded()], [ROW, ROW], 'recorded 2 times'],
  ['was refused and is there', [refused(lost(), 'database.busy')], [ROW], 'nobody was told of'],
  ['is there that nobody asked for', [], [ROW], 'nobody was told of'],
  ['has other numbers', [recorded()], [{ ...ROW, inputTokens: 1 }], 'other numbers'],
  ['has another cost than was said', [recorded()], [{ ...ROW, costNanos: null }], 'other numbers'],
])('finds usage that %s', (_, operations, usage, says) => {
  const violations = checkUsage(historyOf(...operations), looking({ usage }));
  expect(saidBy(violations)).toEqual([expect.stringContaining(says)]);
  expect(violations).toMatchObject([{ operations, rows: usage }]);
});
