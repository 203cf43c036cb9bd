import type { Duration, Figures, PeakMemory, Ratio, Target } from './figures.ts';

/** The figures as tables for a person. */
export function reportText(figures: Figures): string {
  const rows = [
    ['', 'median', 'rounds'],
    ...figures.durations.map((duration) => durationRow(duration)),
    ...figures.ratios.map((ratio) => ratioRow(ratio)),
    ...figures.memory.map((peak) => memoryRow(peak)),
  ];
  return [figures.title, ...alignColumns(rows).map((row) => `  ${row}`), ...figures.notes.map((note) => `  ${note}`)]
    .map((line) => line.trimEnd())
    .join('\n');
}

function durationRow({ what, median, low, high }: Duration): string[] {
  return [what, `${showNumber(median)} ms`, `${showNumber(low)} to ${showNumber(high)}`];
}

function ratioRow({ what, median, low, high, toReach, reached }: Ratio): string[] {
  const verdict = reached === null ? '' : `, ${showTarget(toReach)}: ${reached ? 'reached' : 'NOT REACHED'}`;
  return [what, `${showNumber(median)} x`, `${showNumber(low)} to ${showNumber(high)}${verdict}`];
}

function memoryRow({ what, megabytes }: PeakMemory): string[] {
  return [what, `${megabytes} MB`, 'most memory at a time'];
}

function showTarget(target: Target): string {
  if (target === null) return '';
  return 'atLeast' in target ? `to reach at least ${target.atLeast}` : `to reach at most ${target.atMost}`;
}

/** Three digits that count, and no more. */
function showNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map(([what = '', median = '', spread = '']) =>
    [what.padEnd(widths[0] ?? 0), median.padStart(widths[1] ?? 0), spread].join('  '),
  );
}
