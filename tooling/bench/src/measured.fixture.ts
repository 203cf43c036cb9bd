import { ratioOf, spreadOf } from './figures.ts';
import { growthOf } from './growth.ts';
import type { Measured } from './run-benchmark.ts';

const few = { what: '1 <call>', rounds: [4, 2, 3] };
const many = { what: '1,000,000 "calls" & more', rounds: [8, 3, 12] };
const nothing = { what: 'nothing at all', rounds: [0, 0, 0] };

const growth = growthOf({ title: 'What a call costs', across: 'calls in the file' }, [
  {
    name: 'through Iron',
    steps: [
      { at: 1, cost: few },
      { at: 1_000_000, cost: many },
    ],
  },
  { name: 'by hand', steps: [{ at: 1, cost: few }] },
]);

/** Figures of a part that draws a line through what grows, and of one that draws its ratios, one of which is not known. */
export const MEASURED: readonly Measured[] = [
  {
    part: 'growing',
    seconds: 1.5,
    title: 'Something that grows',
    durations: [spreadOf(few)],
    memory: [spreadOf({ what: 'memory', rounds: [64] })],
    files: [spreadOf({ what: 'file', rounds: [1 / 3] })],
    ratios: growth.ratios,
    notes: ['A note.'],
    plots: [growth.plot, { kind: 'bars', title: 'Memory', axis: 'memory (MB)', bars: [spreadOf(few)] }],
  },
  {
    part: 'plain',
    seconds: 2,
    title: 'Something <plain>',
    durations: [],
    memory: [],
    ratios: [{ ...ratioOf(many, few, { atMost: 3 }), remark: 'does less' }, ratioOf(nothing, nothing, null)],
    table: [
      ['', 'counted'],
      ['somebody', '100'],
    ],
    notes: [],
  },
];
