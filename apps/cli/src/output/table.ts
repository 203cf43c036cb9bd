import stringWidth from 'string-width';
import type { Paint } from './paint.ts';
import { visibleText } from './visible-text.ts';

export type Cell = string | number | boolean | null;

/** Rows in aligned columns under a heading, without lines around them; numbers, dollars and shares are aligned to the right. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const shown = rows.map((row) => row.map(show));
  const columns = heading.map((name, index) => ({
    width: shown.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(name)),
    isOfAmounts: rows.some((row) => isAmount(row[index] ?? null)),
  }));
  const line = (cells: readonly string[], format: (text: string) => string) =>
    columns
      .map(({ width, isOfAmounts }, index) => {
        const cell = cells[index] ?? '';
        const padding = ' '.repeat(width - widthOf(cell));
        return isOfAmounts ? padding + format(cell) : format(cell) + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(heading, (name) => paint('bold', name)), ...shown.map((cells) => line(cells, (cell) => cell))].join(
    '\n',
  );
}

const ONE_COLUMN_EACH = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes: letters of some scripts take two. */
function widthOf(text: string): number {
  return ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text);
}

/** Wide enough for every label there is, so that the lines of a whole output are aligned. */
const LABEL_WIDTH = 13;

/** `label  value` lines with the values aligned. */
export function pairs(lines: readonly (readonly [label: string, value: Cell])[], paint: Paint): string {
  return withoutTrailingSpaces(
    lines.map(([label, value]) => `${paint('dim', label.padEnd(LABEL_WIDTH))}  ${show(value)}`).join('\n'),
  );
}

function isAmount(cell: Cell): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && /^(-?\$\d[\d.]*|\d+ %)$/.test(cell));
}

function show(cell: Cell): string {
  return typeof cell === 'string' ? visibleText(cell) : String(cell ?? '');
}

function withoutTrailingSpaces(text: string): string {
  return text.replaceAll(/ +$/gm, '');
}
