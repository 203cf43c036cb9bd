import { alignColumns, type Side } from './align-columns.ts';

/** Rows as a table in Markdown, its columns aligned as the formatter aligns them. The first row names the columns. */
export function markdownTable(rows: readonly (readonly string[])[], sides: readonly Side[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const [names = [], ...others] = alignColumns(cells, sides, 3);
  const rule = names.map(({ length }, column) =>
    sides[column] === 'right' ? `${'-'.repeat(length - 1)}:` : '-'.repeat(length),
  );
  return [names, rule, ...others].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
