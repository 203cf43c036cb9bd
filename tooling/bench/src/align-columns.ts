/** On which side the cells of a column stand. */
export type Side = 'left' | 'right';

/** Rows whose cells are as wide as the widest of their column, and as `least`. Columns that `sides` lacks are `left`. */
export function alignColumns(rows: readonly (readonly string[])[], sides: readonly Side[], least = 0): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(least, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return sides[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
    }),
  );
}
