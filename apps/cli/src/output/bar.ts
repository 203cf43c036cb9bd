/** An eighth of a column more each. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar as long as `part` of `whole` is of `width` columns, to an eighth of a column; what is not nothing is seen. */
export function bar(part: number, whole: number, width: number): string {
  const columns = whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole)) * width;
  const eighths = Math.round(columns * 8) || (columns > 0 ? 1 : 0);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

const GAUGE = { used: '█', held: '▒', free: '░' };

/** What of `whole` is used and held, and what is left: always `width` columns. */
export function gauge({ used, held, whole }: { used: number; held: number; whole: number }, width: number): string {
  const columnsOf = (amount: number) => (whole <= 0 ? width : Math.min(width, Math.ceil((amount / whole) * width)));
  const usedColumns = columnsOf(used);
  const takenColumns = Math.max(usedColumns, columnsOf(used + held));
  return (
    GAUGE.used.repeat(usedColumns) +
    GAUGE.held.repeat(takenColumns - usedColumns) +
    GAUGE.free.repeat(width - takenColumns)
  );
}
