import CliTable from 'cli-table3';
import type { Paint } from './paint.ts';
import { visibleText } from './visible-text.ts';

export type Cell = string | number | boolean | null;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows in aligned columns under a heading, without lines around them; numbers, dollars and shares are aligned to the right. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const columns = heading.map((_, index) => rows.map((row) => row[index] ?? null));
  const plain = new CliTable({
    chars: NO_LINES,
    colAligns: columns.map((cells) => (cells.some(isAmount) ? 'right' : 'left')),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  plain.push(
    heading.map((name) => paint('bold', name)),
    ...rows.map((row) => row.map((cell) => show(cell))),
  );
  return withoutTrailingSpaces(plain.toString());
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
