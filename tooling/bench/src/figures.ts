import type { Contender } from './contender.ts';
import { medianOf } from './median.ts';
import type { Plot } from './plot.ts';

/** The middle of the rounds, and how far they lie apart. */
export interface Spread {
  readonly what: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** What each of the rounds measured. */
  readonly rounds: readonly number[];
  /** What one has to know to read it, as that it stands for less work than its neighbours. */
  readonly remark?: string;
}

/** What a ratio should be at least or at most; `null` where nothing is to be reached. */
export type Target = { readonly atLeast: number } | { readonly atMost: number } | null;

/** How one figure compares with another of the same rounds. */
export interface Ratio extends Spread {
  readonly toReach: Target;
  readonly reached: boolean | null;
}

/** What one part of the benchmark measured. */
export interface Figures {
  readonly title: string;
  /** In milliseconds. */
  readonly durations: readonly Spread[];
  /** In megabytes, at its peak. */
  readonly memory: readonly Spread[];
  /** In megabytes on the disk. */
  readonly files?: readonly Spread[];
  readonly ratios: readonly Ratio[];
  /** What is not measured, but counted or told: rows of as many cells as the first, which names the columns. */
  readonly table?: readonly (readonly string[])[];
  /** Whatever else there is to know. */
  readonly notes: readonly string[];
  /** What is drawn of it: the ratios as bars, unless something else is named. */
  readonly plots?: readonly Plot[];
}

/** One figure by itself. */
export interface Figure extends Spread {
  readonly kind: 'duration' | 'memory' | 'file' | 'ratio';
  readonly unit: 'ms' | 'MB' | 'x';
  readonly toReach: Target;
  readonly reached: boolean | null;
}

/** All figures of a part, in the order in which they are shown. */
export function figuresOf({ durations, memory, files = [], ratios }: Figures): Figure[] {
  const plain = { toReach: null, reached: null };
  return [
    ...durations.map((spread) => ({ ...spread, ...plain, kind: 'duration', unit: 'ms' }) as const),
    ...memory.map((spread) => ({ ...spread, ...plain, kind: 'memory', unit: 'MB' }) as const),
    ...files.map((spread) => ({ ...spread, ...plain, kind: 'file', unit: 'MB' }) as const),
    ...ratios.map((ratio) => ({ ...ratio, kind: 'ratio', unit: 'x' }) as const),
  ];
}

export function spreadOf({ what, rounds }: Contender): Spread {
  return { what, median: medianOf(rounds), low: Math.min(...rounds), high: Math.max(...rounds), rounds: [...rounds] };
}

/** Compares round by round: what disturbs a round disturbs both. */
export function ratioOf(dividend: Contender, divisor: Contender, toReach: Target): Ratio {
  const rounds = dividend.rounds.map((figure, round) => figure / (divisor.rounds[round] ?? Number.NaN));
  const spread = spreadOf({ what: `${dividend.what} / ${divisor.what}`, rounds });
  return { ...spread, toReach, reached: isReached(spread.median, toReach) };
}

function isReached(median: number, toReach: Target): boolean | null {
  if (toReach === null) return null;
  return 'atLeast' in toReach ? median >= toReach.atLeast : median <= toReach.atMost;
}
