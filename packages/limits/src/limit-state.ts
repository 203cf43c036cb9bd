import { type Amounts, DIMENSIONS, type Dimension, leftOf, MOST, PERIODS } from './counter.ts';
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

/** A limit, and how full it is. */
export interface LimitWithStates extends Limit {
  /** Of each dimension that it limits; a hold whose time is over takes no room, though nobody has given it back yet. */
  readonly states: readonly LimitState[];
}

/** Why a call is refused: a dimension of a limit that has no room for what the call asked for. */
export interface LimitRefusal extends LimitState {
  readonly requested: number;
}

/** The state of each dimension that `limit` limits. Its counters are in the windows of now. */
export function statesOf(limit: Limit, calendar: Calendar): LimitState[] {
  return DIMENSIONS.filter((dimension) => limit.counters[dimension].max !== null).map((dimension) =>
    stateOf(limit, dimension, calendar),
  );
}

/** What of a limit has no room for these amounts; nothing where it has. */
export function refusalsOf(limit: Limit, amounts: Amounts, calendar: Calendar): LimitRefusal[] {
  return DIMENSIONS.filter((dimension) => amounts[dimension] > leftOf(limit.counters[dimension])).map((dimension) => ({
    ...stateOf(limit, dimension, calendar),
    requested: amounts[dimension],
  }));
}

function stateOf({ id, userId, projectId, counters }: Limit, dimension: Dimension, calendar: Calendar): LimitState {
  const counter = counters[dimension];
  const { max, settled, held, overage, windowStartedAt } = counter;
  const resetsAt = calendar.windowAt(PERIODS[dimension], windowStartedAt).end;
  const window = { windowStartedAt, resetsAt };
  const left = leftOf(counter);
  return { limitId: id, userId, projectId, dimension, max: max ?? MOST, settled, held, overage, left, ...window };
}
