import type { IronDatabase, Reader } from '@iron/db';
import type { Piece, ReportPlan } from './report-plan.ts';

/**
 * Makes the function that cuts a plan into parts that are answered one by one, each in a moment: all that is there as
 * sums, and of the rows at most about `rowsARead` at once. What the parts add up to is what the plan asks for. SQLite
 * keeps this process from everything else while it reads; PostgreSQL does not, and there a plan is one part.
 */
export function reportSlicer(
  { engine, reader }: Pick<IronDatabase, 'engine' | 'reader'>,
  rowsARead: number,
): (plan: ReportPlan) => AsyncGenerator<ReportPlan, void, undefined> {
  if (engine === 'postgres') return whole;
  const findCut = findRow(reader, rowsARead);
  return async function* slicesOf(plan) {
    let sums = plan.pieces.filter(({ grain }) => grain !== 'row');
    let rows = plan.pieces.filter(({ grain }) => grain === 'row');
    while (sums.length > 0 || rows.length > 0) {
      const [first] = rows;
      const cut = first ? Math.max((await findCut(first.start)) ?? Infinity, first.start + 1) : Infinity;
      yield { ...plan, pieces: [...sums, ...within(rows, 0, cut)] };
      sums = [];
      rows = within(rows, cut, Infinity);
    }
  };
}

async function* whole(plan: ReportPlan): AsyncGenerator<ReportPlan, void, undefined> {
  if (plan.pieces.length > 0) yield plan;
}

/** Finds when the row was recorded that comes so many rows after a time. */
function findRow(reader: Reader, rows: number): (from: number) => Promise<number | undefined> {
  const find = reader.statement<[number], { time: number }>(
    `SELECT recorded_at AS time FROM token_usage INDEXED BY idx_token_usage_recorded
     WHERE recorded_at >= +? ORDER BY recorded_at LIMIT 1 OFFSET ${rows}`,
  );
  return async (from) => (await find.get(from))?.time;
}

function within(pieces: readonly Piece[], from: number, to: number): Piece[] {
  return pieces
    .filter(({ start, end }) => start < to && end > from)
    .map((piece) => ({ ...piece, start: Math.max(piece.start, from), end: Math.min(piece.end, to) }));
}
