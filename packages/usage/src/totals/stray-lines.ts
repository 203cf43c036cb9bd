import type { IronDatabase } from '@iron/db';
import { DAY } from '../durations.ts';

/** A line of `_usage_by_token` that no row is behind. */
export interface StrayLine {
  readonly token_id: number;
  readonly day: number;
  readonly total_tokens: bigint;
}

const LINES_A_READ = 2_000;

// The page is cut first, so that a read looks at no more than its lines, however few of them are strays.
const READ_PAGE = `
  SELECT
    token_id, day, CAST(total_tokens AS TEXT) AS total_tokens,
    CASE WHEN (requests, total_tokens, cost_nanos, unpriced_requests) <> (0, 0, 0, 0) AND NOT EXISTS (
      SELECT 1 FROM token_usage r
      WHERE r.token_id = line.token_id AND r.recorded_at >= line.day AND r.recorded_at < line.day + ${DAY}
    ) AND day >= ? THEN 1 ELSE 0 END AS is_stray
  FROM (
    SELECT * FROM _usage_by_token WHERE (token_id, day) > (?, ?) ORDER BY token_id, day LIMIT ${LINES_A_READ}
  ) AS line
  ORDER BY token_id, day`;

interface ReadLine extends Omit<StrayLine, 'total_tokens'> {
  readonly is_stray: number;
  readonly total_tokens: string;
}

/** Lines of a token and a day on which the token used nothing, a page at a time. Some pages have none. */
export async function* strayLines(
  { reader }: IronDatabase,
  from: number,
): AsyncGenerator<StrayLine[], void, undefined> {
  const readPage = reader.statement<[number, number, number], ReadLine>(READ_PAGE);
  let [tokenId, day] = [Number.MIN_SAFE_INTEGER, 0];
  for (;;) {
    const lines = await readPage.all(from, tokenId, day);
    const last = lines.at(-1);
    if (!last) return;
    yield lines
      .filter((line) => line.is_stray === 1)
      .map((line) => ({ token_id: line.token_id, day: line.day, total_tokens: BigInt(line.total_tokens) }));
    [tokenId, day] = [last.token_id, last.day];
  }
}
