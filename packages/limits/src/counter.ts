import type { Period } from './window.ts';

/** What a limit can count. */
export type Dimension = 'tokens' | 'requests' | 'cost';

/** All of them, in the order in which they are shown. */
export const DIMENSIONS: readonly Dimension[] = ['tokens', 'requests', 'cost'];

export const PERIODS: Readonly<Record<Dimension, Period>> = { tokens: 'day', requests: 'minute', cost: 'month' };

/** What a call uses of each dimension: tokens, requests, and nano-dollars (1 USD = 10^9). */
export type Amounts = Readonly<Record<Dimension, number>>;

/**
 * One dimension of a limit, in one window. `settled + held <= max` at any moment. What passes the limit all the same,
 * because a provider billed more than was held or because the limit was lowered, is `overage`: it is used up, too.
 */
export interface Counter {
  /** `null`: counted, but not limited. */
  readonly max: number | null;
  /** Milliseconds since the epoch; 0: nothing was counted yet. */
  readonly windowStartedAt: number;
  readonly settled: number;
  readonly held: number;
  readonly overage: number;
}

/** What a counter says in all: what calls have used, and what calls under way may use. */
export interface Totals {
  readonly settled: number;
  readonly held: number;
}

/**
 * The counter in the window that starts at `windowStart`: empty if that one is later than its own. A clock that goes
 * back does not bring an earlier window back.
 */
export function rollOver(counter: Counter, windowStart: number): Counter {
  if (windowStart <= counter.windowStartedAt) return counter;
  return { max: counter.max, windowStartedAt: windowStart, settled: 0, held: 0, overage: 0 };
}

/** How much is left. Where nothing is limited, what is held at a time still has to be an exact integer. */
export function leftOf({ max, settled, held }: Counter): number {
  return max === null ? MOST - held : max - settled - held;
}

/** The counter with `amount` more held. There has to be room for it. */
export function take(counter: Counter, amount: number): Counter {
  return { ...counter, held: counter.held + amount };
}

/** Whether more is held than the limit allows, which only a limit that was lowered does: then `held` is cut off. */
export function isHeldCutOff({ max, held, overage }: Counter): boolean {
  return overage > 0 && held === max;
}

/** What the counter stands for. `trueHeld` is the sum of the open holds; needed where {@link isHeldCutOff}. */
export function totalsOf(counter: Counter, trueHeld = counter.held): Totals {
  return { settled: counter.settled + counter.overage - (trueHeld - counter.held), held: trueHeld };
}

/** The counter that stands for `totals`: under its limit what calls under way hold, then what is settled, the rest over. */
export function withTotals(counter: Counter, totals: Totals): Counter {
  const max = counter.max ?? MOST;
  const held = Math.min(totals.held, max);
  const settled = Math.min(totals.settled, max - held);
  const overage = Math.min(totals.held - held + (totals.settled - settled), MOST);
  return { ...counter, held, settled, overage };
}

/** Counters stay exact integers. */
export const MOST = Number.MAX_SAFE_INTEGER;
