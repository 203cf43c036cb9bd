import { describe, expect, test } from 'vitest';
import { ratioOf, spreadOf } from './figures.ts';
import { reportText } from './report.ts';

const slow = { what: 'slow', rounds: [40, 20, 1_234] };
const quick = { what: 'quick', rounds: [10, 10, 2] };

describe('ratioOf', () => {
  test('compares round by round, and takes the median of the ratios', () => {
    expect(ratioOf(slow, quick, null)).toEqual({
      what: 'slow / quick',
      median: 4,
      low: 2,
      high: 617,
      rounds: [4, 2, 617],
      toReach: null,
      reached: null,
    });
  });

  test.each([
    [{ atLeast: 4 }, true],
    [{ atLeast: 4.1 }, false],
    [{ atMost: 4 }, true],
    [{ atMost: 3.9 }, false],
  ])('says of a ratio of 4 and the target %o whether it is reached', (target, reached) => {
    expect(ratioOf(slow, quick, target).reached).toBe(reached);
  });
});

test('reportText aligns what was measured, and says which targets are reached', () => {
  const figures = {
    title: 'Something',
    durations: [spreadOf(slow), spreadOf(quick)],
    memory: [spreadOf({ what: 'memory', rounds: [64, 66] })],
    files: [spreadOf({ what: 'database', rounds: [4] })],
    ratios: [ratioOf(slow, quick, null), ratioOf(slow, quick, { atLeast: 4 }), ratioOf(slow, quick, { atMost: 2 })],
    notes: ['A note.'],
  };

  expect(reportText(figures)).toBe(
    [
      'Something',
      '                 median  runs  lowest and highest',
      '  slow          40.0 ms     3  20.0 to 1234',
      '  quick         10.0 ms     3  2.00 to 10.0',
      '  memory        65.0 MB     2  64.0 to 66.0',
      '  database      4.00 MB     1  4.00 to 4.00',
      '  slow / quick  4.00 x      3  2.00 to 617',
      '  slow / quick  4.00 x      3  2.00 to 617, to reach at least 4: reached',
      '  slow / quick  4.00 x      3  2.00 to 617, to reach at most 2: NOT REACHED',
      '  A note.',
    ].join('\n'),
  );
});

test('reportText says next to a figure what it leaves out, and prints what was counted as a table', () => {
  const remark = 'forgets all at the end of its process';
  const figures = {
    title: 'Something',
    durations: [{ ...spreadOf(quick), remark }],
    memory: [],
    ratios: [],
    notes: [],
  };
  const table = [
    ['', 'one process', 'four'],
    ['somebody', '100', '400'],
  ];

  expect(reportText(figures)).toBe(
    [
      'Something',
      '          median  runs  lowest and highest',
      '  quick  10.0 ms     3  2.00 to 10.0; forgets all at the end of its process',
    ].join('\n'),
  );
  expect(reportText({ ...figures, durations: [], table })).toBe(
    ['Something', '            one process  four', '  somebody  100          400'].join('\n'),
  );
});
