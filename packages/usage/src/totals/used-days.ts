import type { IronDatabase } from '@iron/db';
import { DAY } from '../durations.ts';

const NEXT = `
  SELECT min(time) AS time FROM (
    SELECT min(recorded_at) AS time FROM token_usage WHERE recorded_at >= ?
    UNION ALL SELECT min(day) FROM _usage_by_model WHERE day >= ?
    UNION ALL SELECT min(quarter) FROM _usage_by_model_quarter WHERE quarter >= ?
  ) AS times`;

/** The UTC days that have rows or sums of models, one after the other, from `from` on. */
export async function* usedDays({ reader }: IronDatabase, from: number): AsyncGenerator<number, void, undefined> {
  const next = reader.statement<[number, number, number], { time: number | null }>(NEXT);
  for (let after = from; ;) {
    const time = (await next.get(after, after, after))?.time ?? null;
    if (time === null) return;
    const day = time - (time % DAY);
    yield day;
    after = day + DAY;
  }
}
