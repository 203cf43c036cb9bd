import { type Amounts, type Counter, type Dimension, leftOf, PERIODS, rollOver, take } from './counter.ts';
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
  const { tokens, requests, cost } = limit.counters;
  return withCounters(
    limit,
    rollOver(tokens, calendar.windowAt(PERIODS.tokens, now).start),
    rollOver(requests, calendar.windowAt(PERIODS.requests, now).start),
    rollOver(cost, calendar.windowAt(PERIODS.cost, now).start),
  );
}

/** The limit with `amounts` more held. There has to be room for them. */
export function takeFrom(limit: Limit, amounts: Amounts): Limit {
  const { tokens, requests, cost } = limit.counters;
  return withCounters(limit, take(tokens, amounts.tokens), take(requests, amounts.requests), take(cost, amounts.cost));
}

/** The limit with each counter put through `change`. */
export function mapCounters(limit: Limit, change: (counter: Counter, dimension: Dimension) => Counter): Limit {
  const { counters } = limit;
  return withCounters(
    limit,
    change(counters.tokens, 'tokens'),
    change(counters.requests, 'requests'),
    change(counters.cost, 'cost'),
  );
}

/** The limit with these counters; the same one where they are its own. */
export function withCounters(limit: Limit, tokens: Counter, requests: Counter, cost: Counter): Limit {
  const { counters } = limit;
  if (tokens === counters.tokens && requests === counters.requests && cost === counters.cost) return limit;
  return { ...limit, counters: { tokens, requests, cost } };
}

/** Whether all limits have room for these amounts. */
export function haveRoom(limits: readonly Limit[], amounts: Amounts): boolean {
  for (const limit of limits) if (!hasRoom(limit, amounts)) return false;
  return true;
}

function hasRoom({ counters: { tokens, requests, cost } }: Limit, amounts: Amounts): boolean {
  return amounts.tokens <= leftOf(tokens) && amounts.requests <= leftOf(requests) && amounts.cost <= leftOf(cost);
}
