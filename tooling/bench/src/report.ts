import { alignColumns } from './align-columns.ts';
import { type Figure, type Figures, figuresOf, type Target } from './figures.ts';

/** The figures as a table for a person. */
export function reportText(figures: Figures): string {
  const { title, table = [], notes } = figures;
  const measured = figuresOf(figures).map((figure) => rowOf(figure));
  const rows = measured.length > 0 ? [['', 'median', 'runs', 'lowest and highest'], ...measured] : [];
  const cells = [...alignColumns(rows, ['left', 'right', 'right']), ...alignColumns(table, [])];
  const lines = [...cells.map((row) => row.join('  ').trimEnd()), ...notes];
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function rowOf(figure: Figure): string[] {
  const { what, median, unit, low, high, rounds } = figure;
  const spread = `${showNumber(low)} to ${showNumber(high)}${targetText(figure)}`;
  const remarked = figure.remark === undefined ? spread : `${spread}; ${figure.remark}`;
  return [what, `${showNumber(median)} ${unit.padEnd(2)}`, String(rounds.length), remarked];
}

function targetText({ toReach, reached }: Figure): string {
  return toReach === null ? '' : `, to reach ${showTarget(toReach)}: ${reached ? 'reached' : 'NOT REACHED'}`;
}

/** `at least 0.8` */
export function showTarget(target: NonNullable<Target>): string {
  return 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
}

/** Three digits that count. */
export function showNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
