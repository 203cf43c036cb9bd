/** What stands in one cell; `null` is an empty one. */
export type CsvCell = string | number | null;

/**
 * A line of CSV as RFC 4180 has it, its end included. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it: names come from strangers.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? csvText(cell) : (cell ?? ''))).join(',')}\r\n`;
}

const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

function csvText(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
