import { expect, test } from 'vitest';
import { ReportGroups, type SqlRow } from './report-groups.ts';

const line = (period: number, model: string, requests: bigint): SqlRow => ({ period: BigInt(period), model, requests });
const keyOf = ({ period, model }: SqlRow) => [Number(period), String(model)];
const shown = (groups: ReportGroups) =>
  groups.inOrder().map(({ period, model, requests }) => [period, model, requests]);

test('of parts that overlap the first lines of all are kept, with the sums of all parts', () => {
  const groups = new ReportGroups(keyOf, 3);
  groups.add([line(1, 'b', 1n), line(2, 'a', 1n), line(3, 'a', 1n)]);
  groups.add([line(1, 'a', 5n), line(1, 'b', 5n), line(4, 'a', 5n)]);
  groups.add([line(2, 'a', 9n), line(3, 'a', 9n)]);

  expect(shown(groups)).toEqual([
    [1n, 'a', 5n],
    [1n, 'b', 6n],
    [2n, 'a', 10n],
  ]);
});

test('there are no more lines than are asked for, however many parts there are', () => {
  const groups = new ReportGroups(keyOf, 2);
  for (let part = 0; part < 100; part += 1) groups.add([line(part, 'a', 1n), line(part, 'b', 1n)]);

  expect(shown(groups)).toEqual([
    [0n, 'a', 1n],
    [0n, 'b', 1n],
  ]);
});

test('they are full when what follows is of later periods', () => {
  const groups = new ReportGroups(keyOf, 2);
  groups.add([line(1, 'a', 1n)]);
  expect(groups.areFullBefore(9)).toBe(false);
  groups.add([line(2, 'a', 1n)]);
  expect([groups.areFullBefore(2), groups.areFullBefore(3)]).toEqual([false, true]);
});
