import { type Amounts, type Counter, type Dimension, leftOf, PERIODS, rollOver } from './counter.ts';
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

/** The limit with every counter in its window at `now`. */
export function limitAt(limit: Limit, calendar: Calendar, now: number): Limit {
  return mapCounters(limit, (counter, of) => rollOver(counter, calendar.windowAt(PERIODS[of], now).start));
}

/** The limit with each counter put through `change`; the same one where nothing changes. */
export function mapCounters(limit: Limit, change: (counter: Counter, dimension: Dimension) => Counter): Limit {
  const { counters } = limit;
  const tokens = change(counters.tokens, 'tokens');
  const requests = change(counters.requests, 'requests');
  const cost = change(counters.cost, 'cost');
  if (tokens === counters.tokens && requests === counters.requests && cost === counters.cost) return limit;
  return { ...limit, counters: { tokens, requests, cost } };
}

/** Whether a limit has room for these amounts. */
export function hasRoom({ counters: { tokens, requests, cost } }: Limit, amounts: Amounts): boolean {
  return amounts.tokens <= leftOf(tokens) && amounts.requests <= leftOf(requests) && amounts.cost <= leftOf(cost);
}
