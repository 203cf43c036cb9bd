import { type Figure, figuresOf, type Spread, type Target } from './figures.ts';
import type { Machine } from './machine.ts';
import type { Measured } from './run-benchmark.ts';
import type { Scale } from './scale.ts';

/**
 * A run as `--json` writes it. Names stay for as long as `version` does; new ones may be added to it. A number that is
 * not known, as the ratio to nothing, is `null`.
 */
export interface BenchmarkDocument {
  readonly version: 1;
  /** When the run began: ISO 8601, in UTC. */
  readonly startedAt: string;
  /** Whether it is too small to judge by. */
  readonly quick: boolean;
  readonly machine: Machine;
  /** How much was measured. */
  readonly scale: Scale;
  readonly parts: readonly PartDocument[];
}

/** One table of the run. */
export interface PartDocument {
  readonly part: string;
  /** What measures it again. */
  readonly command: string;
  readonly title: string;
  readonly seconds: number;
  readonly figures: readonly FigureDocument[];
  /** What is not measured, but counted or told: rows of cells, the names of the columns first. */
  readonly table: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** One row of a table: the median of its rounds, the lowest and the highest of them, and each of them in its order. */
export interface FigureDocument extends Spread {
  readonly kind: Figure['kind'];
  readonly unit: Figure['unit'];
  readonly runs: number;
  /** What a ratio is to reach, and whether its median does; `null` where nothing is to be reached. */
  readonly target: Target;
  readonly reached: boolean | null;
}

/** What all tables of a run have in common. */
export type Run = Pick<BenchmarkDocument, 'startedAt' | 'quick' | 'machine' | 'scale'>;

export function benchmarkDocument(run: Run, measured: readonly Measured[]): BenchmarkDocument {
  return { version: 1, ...run, parts: measured.map((part) => partDocument(part, run.quick)) };
}

function partDocument(measured: Measured, quick: boolean): PartDocument {
  const { part, title, seconds, table = [], notes } = measured;
  const figures = figuresOf(measured).map(({ toReach, ...figure }) => ({
    ...figure,
    runs: figure.rounds.length,
    target: toReach,
  }));
  return { part, command: commandOf(part, quick), title, seconds, figures, table, notes };
}

/** What measures a part again. */
export function commandOf(part: string, quick: boolean): string {
  return `pnpm bench ${quick ? '--quick ' : ''}--only ${part}`;
}
