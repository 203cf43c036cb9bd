import { expect, test } from 'vitest';
import { benchmarkDocument } from './benchmark-document.ts';
import { MEASURED } from './measured.fixture.ts';
import { QUICK_SCALE } from './scale.ts';

const run = {
  startedAt: '2026-11-28T02:00:00.000Z',
  quick: true,
  machine: {
    system: 'Linux 6.1.0 x64',
    processor: 'a processor',
    processors: 2,
    memoryMegabytes: 8_000,
    node: '24.21.0',
    sqlite: '3.54.1',
    postgres: null,
    folder: '/tmp',
  },
  scale: QUICK_SCALE,
};

test('the document of a run says where, when and how much was measured, and each figure with its runs', () => {
  const { parts, ...rest } = parsed(benchmarkDocument(run, MEASURED));

  expect(rest).toEqual({ version: 1, ...run });
  expect(
    parts.map(({ part, command, title, seconds, table, notes }) => ({ part, command, title, seconds, table, notes })),
  ).toEqual([
    {
      part: 'growing',
      command: 'pnpm bench --quick --only growing',
      title: 'Something that grows',
      seconds: 1.5,
      table: [],
      notes: ['A note.'],
    },
    {
      part: 'plain',
      command: 'pnpm bench --quick --only plain',
      title: 'Something <plain>',
      seconds: 2,
      table: [
        ['', 'counted'],
        ['somebody', '100'],
      ],
      notes: [],
    },
  ]);
  const plain = { target: null, reached: null, remark: null };
  expect(parts.map(({ figures }) => figures)).toEqual([
    [
      {
        ...plain,
        what: '1 <call>',
        kind: 'duration',
        unit: 'ms',
        runs: 3,
        median: 3,
        low: 2,
        high: 4,
        rounds: [4, 2, 3],
      },
      { ...plain, what: 'memory', kind: 'memory', unit: 'MB', runs: 1, median: 64, low: 64, high: 64, rounds: [64] },
      {
        ...plain,
        what: 'file',
        kind: 'file',
        unit: 'MB',
        runs: 1,
        median: 0.333333,
        low: 0.333333,
        high: 0.333333,
        rounds: [0.333333],
      },
      {
        ...plain,
        what: '1,000,000 "calls" & more / 1 <call>',
        kind: 'ratio',
        unit: 'x',
        runs: 3,
        median: 2,
        low: 1.5,
        high: 4,
        rounds: [2, 1.5, 4],
      },
    ],
    [
      {
        what: '1,000,000 "calls" & more / 1 <call>',
        kind: 'ratio',
        unit: 'x',
        runs: 3,
        median: 2,
        low: 1.5,
        high: 4,
        rounds: [2, 1.5, 4],
        target: { atMost: 3 },
        reached: true,
        remark: 'does less',
      },
      {
        ...plain,
        what: 'nothing at all / nothing at all',
        kind: 'ratio',
        unit: 'x',
        runs: 3,
        median: null,
        low: null,
        high: null,
        rounds: [null, null, null],
      },
    ],
  ]);
});

test('what measures a part again is the whole of it, unless the run was quick', () => {
  const [part] = benchmarkDocument({ ...run, quick: false }, MEASURED).parts;

  expect(part?.command).toBe('pnpm bench --only growing');
});

/** As whoever reads the file sees it: what is not known is `null`. */
function parsed<T>(document: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(JSON.stringify(document)) as T;
}
