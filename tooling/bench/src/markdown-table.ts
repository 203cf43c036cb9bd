/** On which side the cells of a column stand. */
export type Side = 'left' | 'right';

/** Rows as a table in Markdown, its columns aligned as the formatter aligns them. The first row names the columns. */
export function markdownTable(rows: readonly (readonly string[])[], sides: readonly Side[]): string {
  const [names = [], ...others] = rows.map((row) => row.map(escaped));
  const widths = names.map((_, column) => Math.max(3, ...[names, ...others].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return sides[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
  };
  const rule = widths.map((width, column) =>
    sides[column] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [names.map(pad), rule, ...others.map((row) => row.map(pad))].map(line).join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll(/[\\|<>*_`]/g, String.raw`\$&`);
}
