/** The same values column by column, as `unnest` takes them. Every row has as many as the first. */
export function columnsOf<Value>(rows: readonly (readonly Value[])[]): Value[][] {
  const columns: Value[][] = (rows[0] ?? []).map(() => []);
  for (const row of rows) {
    let column = 0;
    for (const value of row) columns[column++]?.push(value);
  }
  return columns;
}
