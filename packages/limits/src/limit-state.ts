import { DIMENSIONS, type Dimension, leftOf, PERIODS } from './counter.ts';
import type { Limit } from './limit.ts';
import type { Calendar } from './window.ts';

/** One dimension of a limit, now. */
export interface LimitState {
  readonly limitId: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly dimension: Dimension;
  /** Tokens a day, requests a minute, nano-dollars a month. */
  readonly max: number;
  readonly settled: number;
  /** What calls under way may still use. */
  readonly held: number;
  /** What is used beyond the limit: billed beyond a hold, or from before the limit was lowered. */
  readonly overage: number;
  readonly left: number;
  /** Milliseconds since the epoch: the window, and when the next one begins. */
  readonly windowStartedAt: number;
  readonly resetsAt: number;
}

/** The state of each dimension that `limit` limits. Its counters are in the windows of now. */
export function statesOf(limit: Limit, calendar: Calendar): LimitState[] {
  const { id: limitId, userId, projectId } = limit;
  return DIMENSIONS.flatMap((dimension) => {
    const { max, settled, held, overage, windowStartedAt } = limit.counters[dimension];
    if (max === null) return [];
    const left = leftOf(limit.counters[dimension]);
    const resetsAt = calendar.windowAt(PERIODS[dimension], windowStartedAt).end;
    return [{ limitId, userId, projectId, dimension, max, settled, held, overage, left, windowStartedAt, resetsAt }];
  });
}
