import type { Figures, Ratio, Spread, Target } from './figures.ts';

/** The figures as a table for a person. */
export function reportText({ title, durations, memory, ratios, notes }: Figures): string {
  const rows = [
    ['', 'median', 'lowest and highest round'],
    ...durations.map((duration) => spreadRow(duration, 'ms')),
    ...memory.map((peak) => spreadRow(peak, 'MB')),
    ...ratios.map((ratio) => ratioRow(ratio)),
  ];
  return [title, ...alignColumns(rows), ...notes].map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n');
}

function spreadRow({ what, median, low, high }: Spread, unit: string): string[] {
  return [what, `${showNumber(median)} ${unit}`, `${showNumber(low)} to ${showNumber(high)}`];
}

function ratioRow(ratio: Ratio): string[] {
  const [what = '', median = '', rounds = ''] = spreadRow(ratio, 'x ');
  if (ratio.reached === null) return [what, median, rounds];
  return [what, median, `${rounds}, ${showTarget(ratio.toReach)}: ${ratio.reached ? 'reached' : 'NOT REACHED'}`];
}

function showTarget(target: Target): string {
  if (target === null) return '';
  return 'atLeast' in target ? `to reach at least ${target.atLeast}` : `to reach at most ${target.atMost}`;
}

/** Three digits that count. */
function showNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const [first = 0, second = 0] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([what = '', median = '', rounds = '']) =>
    [what.padEnd(first), median.padStart(second), rounds].join('  '),
  );
}
