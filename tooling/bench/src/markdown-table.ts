/** On which side the cells of a column stand. */
export type Side = 'left' | 'right';

/** Rows as a table in Markdown, its columns aligned as the formatter aligns them. The first row names the columns. */
export function markdownTable(rows: readonly (readonly string[])[], sides: readonly Side[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const [names = [], ...others] = cells;
  const widths = names.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return sides[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
  };
  const rule = widths.map((width, column) =>
    sides[column] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const lines = [names.map(pad), rule, ...others.map((row) => row.map(pad))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
