import type { schema } from '@iron/db';
import type { Limit } from './limit.ts';

/** The columns that the counters of a limit are in, with their maxima. */
type CounterColumns = Omit<schema.UsageLimit, 'id' | 'userId' | 'projectId' | 'timeZone' | 'createdAt' | 'updatedAt'>;

export function limitOf(row: schema.UsageLimit): Limit {
  const { id, userId, projectId, timeZone, createdAt, updatedAt } = row;
  const tokens = {
    max: row.maxTokensPerDay,
    windowStartedAt: row.tokensWindowStartedAt,
    settled: row.tokensSettled,
    held: row.tokensHeld,
    overage: row.tokensOverage,
  };
  const requests = {
    max: row.maxRequestsPerMinute,
    windowStartedAt: row.requestsWindowStartedAt,
    settled: row.requestsSettled,
    held: row.requestsHeld,
    overage: row.requestsOverage,
  };
  const cost = {
    max: row.maxCostNanosPerMonth,
    windowStartedAt: row.costWindowStartedAt,
    settled: row.costSettledNanos,
    held: row.costHeldNanos,
    overage: row.costOverageNanos,
  };
  return { id, userId, projectId, timeZone, counters: { tokens, requests, cost }, createdAt, updatedAt };
}

export function counterColumns({ counters: { tokens, requests, cost } }: Limit): CounterColumns {
  return {
    maxTokensPerDay: tokens.max,
    tokensWindowStartedAt: tokens.windowStartedAt,
    tokensSettled: tokens.settled,
    tokensHeld: tokens.held,
    tokensOverage: tokens.overage,
    maxRequestsPerMinute: requests.max,
    requestsWindowStartedAt: requests.windowStartedAt,
    requestsSettled: requests.settled,
    requestsHeld: requests.held,
    requestsOverage: requests.overage,
    maxCostNanosPerMonth: cost.max,
    costWindowStartedAt: cost.windowStartedAt,
    costSettledNanos: cost.settled,
    costHeldNanos: cost.held,
    costOverageNanos: cost.overage,
  };
}

/** What of a limit calls change, in the order of {@link COUNTER_COLUMNS}, and then its id. */
export function countsOf({ id, counters: { tokens, requests, cost } }: Limit): number[] {
  return [
    tokens.windowStartedAt,
    tokens.settled,
    tokens.held,
    tokens.overage,
    requests.windowStartedAt,
    requests.settled,
    requests.held,
    requests.overage,
    cost.windowStartedAt,
    cost.settled,
    cost.held,
    cost.overage,
    id,
  ];
}

/** The columns of what calls change. */
export const COUNTER_COLUMNS = [
  'tokens_window_started_at',
  'tokens_settled',
  'tokens_held',
  'tokens_overage',
  'requests_window_started_at',
  'requests_settled',
  'requests_held',
  'requests_overage',
  'cost_window_started_at',
  'cost_settled_nanos',
  'cost_held_nanos',
  'cost_overage_nanos',
] as const;
