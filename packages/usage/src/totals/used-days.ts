import type { IronDatabase } from '@iron/db';
import { DAY } from '../durations.ts';

/** The UTC days that have rows or sums of models, one after the other, from `from` on. */
export function* usedDays({ connection }: IronDatabase, from: number): Generator<number> {
  const next = connection
    .prepare<[number, number, number], number | null>(
      `SELECT min(time) FROM (
         SELECT min(recorded_at) AS time FROM token_usage WHERE recorded_at >= ?
         UNION ALL SELECT min(day) FROM _usage_by_model WHERE day >= ?
         UNION ALL SELECT min(quarter) FROM _usage_by_model_quarter WHERE quarter >= ?
       )`,
    )
    .pluck();
  for (let time = next.get(from, from, from); typeof time === 'number';) {
    const day = time - (time % DAY);
    yield day;
    const after = day + DAY;
    time = next.get(after, after, after);
  }
}
