import { type Amounts, type Counter, DIMENSIONS, type Dimension, leftOf, MOST, PERIODS, rollOver } from './counter.ts';
import type { Calendar } from './window.ts';

/** A limit of a user, or of a user in a project, with its counters. */
export interface Limit {
  readonly id: number;
  readonly userId: string;
  /** `null`: all that the user does. */
  readonly projectId: string | null;
  readonly timeZone: string;
  readonly counters: Readonly<Record<Dimension, Counter>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Why a call is refused: one dimension of one limit, and when it has room again. */
export interface LimitRefusal {
  readonly limitId: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly dimension: Dimension;
  /** How much there may be in a window: tokens a day, requests a minute, nano-dollars a month. */
  readonly max: number;
  readonly settled: number;
  readonly held: number;
  readonly overage: number;
  readonly left: number;
  readonly requested: number;
  /** Milliseconds since the epoch: when the next window begins. */
  readonly resetsAt: number;
}

/** The limit with every counter in its window at `now`. */
export function limitAt(limit: Limit, calendar: Calendar, now: number): Limit {
  const { tokens, requests, cost } = limit.counters;
  return {
    ...limit,
    counters: {
      tokens: rollOver(tokens, calendar.windowAt(PERIODS.tokens, now).start),
      requests: rollOver(requests, calendar.windowAt(PERIODS.requests, now).start),
      cost: rollOver(cost, calendar.windowAt(PERIODS.cost, now).start),
    },
  };
}

/** The limit with each counter put through `change`. */
export function mapCounters(limit: Limit, change: (counter: Counter, dimension: Dimension) => Counter): Limit {
  const { tokens, requests, cost } = limit.counters;
  return {
    ...limit,
    counters: {
      tokens: change(tokens, 'tokens'),
      requests: change(requests, 'requests'),
      cost: change(cost, 'cost'),
    },
  };
}

/** What of a limit has no room for these amounts; nothing where it has. */
export function refusalsOf(limit: Limit, amounts: Amounts, calendar: Calendar): LimitRefusal[] {
  return DIMENSIONS.flatMap((dimension) => {
    const counter = limit.counters[dimension];
    const left = leftOf(counter);
    if (amounts[dimension] <= left) return [];
    const { settled, held, overage, windowStartedAt } = counter;
    const max = counter.max ?? MOST;
    const { id: limitId, userId, projectId } = limit;
    const resetsAt = calendar.windowAt(PERIODS[dimension], windowStartedAt).end;
    const requested = amounts[dimension];
    return [{ limitId, userId, projectId, dimension, max, settled, held, overage, left, requested, resetsAt }];
  });
}

/** Whether a limit has room for these amounts. */
export function hasRoom({ counters: { tokens, requests, cost } }: Limit, amounts: Amounts): boolean {
  return amounts.tokens <= leftOf(tokens) && amounts.requests <= leftOf(requests) && amounts.cost <= leftOf(cost);
}
