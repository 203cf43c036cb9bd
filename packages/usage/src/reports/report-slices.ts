import type { IronDatabase } from '@iron/db';
import type { Piece, ReportPlan } from './report-plan.ts';

/**
 * Makes the function that cuts a plan into parts that are answered one by one, each in a moment: all that is there as
 * sums, and of the rows at most about `rowsARead` at once. What the parts add up to is what the plan asks for.
 */
export function reportSlicer(
  { connection }: Pick<IronDatabase, 'connection'>,
  rowsARead: number,
): (plan: ReportPlan) => Generator<ReportPlan, void, undefined> {
  const findCut = connection
    .prepare<[number], number>(
      `SELECT recorded_at FROM token_usage INDEXED BY idx_token_usage_recorded
       WHERE recorded_at >= +? ORDER BY recorded_at LIMIT 1 OFFSET ${rowsARead}`,
    )
    .pluck();
  return function* slicesOf(plan) {
    let sums = plan.pieces.filter(({ grain }) => grain !== 'row');
    let rows = plan.pieces.filter(({ grain }) => grain === 'row');
    while (sums.length > 0 || rows.length > 0) {
      const [first] = rows;
      const cut = first ? Math.max(findCut.get(first.start) ?? Infinity, first.start + 1) : Infinity;
      yield { ...plan, pieces: [...sums, ...within(rows, 0, cut)] };
      sums = [];
      rows = within(rows, cut, Infinity);
    }
  };
}

function within(pieces: readonly Piece[], from: number, to: number): Piece[] {
  return pieces
    .filter(({ start, end }) => start < to && end > from)
    .map((piece) => ({ ...piece, start: Math.max(piece.start, from), end: Math.min(piece.end, to) }));
}
