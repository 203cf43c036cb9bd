/** The rows of the first table under a heading of a Markdown document, without its head; of each the cells. */
export function tableUnder(document: string, heading: string): string[][] {
  const start = new RegExp(`^#+ ${RegExp.escape(heading)}$`, 'm').exec(document);
  if (!start) throw new Error(`The document has no heading "${heading}".`);
  const [, rows] = /^\|.*\n\|[ :|-]+\n((?:\|.*\n)+)/m.exec(document.slice(start.index)) ?? [];
  if (rows === undefined) throw new Error(`There is no table under "${heading}".`);
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|').slice(1, -1).map(cellText));
}

/** What a cell says, without the marks of code. */
function cellText(cell: string): string {
  return cell.trim().replace(/^`(.*)`$/, '$1');
}
