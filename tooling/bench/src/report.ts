import type { Figures, Ratio, Spread, Target } from './figures.ts';

/** The figures as a table for a person. */
export function reportText({ title, durations, memory, ratios, table = [], notes }: Figures): string {
  const spreads = [
    ...durations.map((duration) => spreadRow(duration, 'ms')),
    ...memory.map((peak) => spreadRow(peak, 'MB')),
    ...ratios.map((ratio) => ratioRow(ratio)),
  ];
  const rows = spreads.length > 0 ? [['', 'median', 'lowest and highest round'], ...spreads] : [];
  const lines = [...alignColumns(rows, ['left', 'right', 'left']), ...alignColumns(table, ['left']), ...notes];
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function spreadRow({ what, median, low, high, remark }: Spread, unit: string): string[] {
  const rounds = `${showNumber(low)} to ${showNumber(high)}`;
  return [what, `${showNumber(median)} ${unit}`, remark === undefined ? rounds : `${rounds}; ${remark}`];
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

/** Columns for which nothing is said are `left`. */
function alignColumns(rows: readonly (readonly string[])[], sides: readonly ('left' | 'right')[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number) =>
    sides[column] === 'right' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd());
}
