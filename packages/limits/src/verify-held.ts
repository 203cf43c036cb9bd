import type { Reader } from '@iron/db';
import type { Dimension } from './counter.ts';

/** A counter that does not say what the open holds add up to. */
export interface HeldDrift {
  readonly limitId: number;
  readonly dimension: Dimension;
  /** What the counter stands for: held, and if the limit was lowered below that, some of the overage. */
  readonly counted: number;
  readonly holds: number;
}

/** For each counter: what it says is held, what may be part of its overage, and the open holds of its window. */
function countersOf(dimension: Dimension, held: string, overage: string, max: string, amount: string): string {
  return `
    SELECT id AS "limitId", '${dimension}' AS dimension, ${held} AS held,
      CASE WHEN ${overage} > 0 AND ${held} = ${max} THEN ${overage} ELSE 0 END AS cut_off,
      coalesce(sum_of_holds, 0) AS holds
    FROM usage_limits LEFT JOIN (
      SELECT limit_id, ${dimension}_window_started_at AS started_at, sum(${amount}) AS sum_of_holds
      FROM _holds JOIN _hold_limits ON hold_id = id WHERE state = 'held' GROUP BY 1, 2
    ) AS open_holds ON limit_id = usage_limits.id AND started_at = ${dimension}_window_started_at`;
}

const DRIFTS = `
  SELECT "limitId", dimension, held AS counted, holds FROM (
    ${countersOf('tokens', 'tokens_held', 'tokens_overage', 'max_tokens_per_day', 'tokens')}
    UNION ALL ${countersOf('requests', 'requests_held', 'requests_overage', 'max_requests_per_minute', 'requests')}
    UNION ALL ${countersOf('cost', 'cost_held_nanos', 'cost_overage_nanos', 'max_cost_nanos_per_month', 'cost_nanos')}
  ) AS counters WHERE holds NOT BETWEEN held AND held + cut_off ORDER BY "limitId", dimension`;

/** Adds up the open holds of every limit, and names each counter that says otherwise. */
export async function verifyHeld(reader: Reader): Promise<HeldDrift[]> {
  return await reader.statement<[], HeldDrift>(DRIFTS).all();
}
