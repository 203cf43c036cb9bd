import type { Contender } from './contender.ts';
import { medianOf } from './median.ts';

/** The middle of the rounds, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** How long something takes, in milliseconds. */
export interface Duration extends Spread {
  readonly what: string;
}

/** What a ratio should be at least or at most; `null` where nothing is to be reached. */
export type Target = { readonly atLeast: number } | { readonly atMost: number } | null;

/** How one duration compares with another of the same rounds. */
export interface Ratio extends Spread {
  readonly what: string;
  readonly toReach: Target;
  readonly reached: boolean | null;
}

/** The most memory that a process had at a time. */
export interface PeakMemory {
  readonly what: string;
  readonly megabytes: number;
}

/** What one part of the benchmark measured. */
export interface Figures {
  readonly title: string;
  readonly durations: readonly Duration[];
  readonly ratios: readonly Ratio[];
  readonly memory: readonly PeakMemory[];
  /** Whatever else there is to know, one sentence each. */
  readonly notes: readonly string[];
}

export function durationOf({ what, rounds }: Contender): Duration {
  return { what, ...spreadOf(rounds) };
}

/** Compares round by round: what disturbs a round disturbs both. */
export function ratioOf(dividend: Contender, divisor: Contender, toReach: Target): Ratio {
  const spread = spreadOf(dividend.rounds.map((time, round) => time / (divisor.rounds[round] ?? Number.NaN)));
  return { what: `${dividend.what} / ${divisor.what}`, ...spread, toReach, reached: isReached(spread.median, toReach) };
}

function spreadOf(rounds: readonly number[]): Spread {
  return { median: medianOf(rounds), low: Math.min(...rounds), high: Math.max(...rounds) };
}

function isReached(median: number, toReach: Target): boolean | null {
  if (toReach === null) return null;
  return 'atLeast' in toReach ? median >= toReach.atLeast : median <= toReach.atMost;
}
