import { type Figure, figuresOf, type Target } from './figures.ts';
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

/** One table of the run; some parts have several. */
interface PartDocument {
  readonly part: string;
  /** What measures it again. */
  readonly command: string;
  readonly title: string;
  /** How long it took to measure, with what it shares with others when it was the first to need it. */
  readonly seconds: number;
  readonly figures: readonly FigureDocument[];
  /** What is not measured, but counted or told: rows of cells, the names of the columns first. */
  readonly table: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** One row of a table. */
interface FigureDocument {
  readonly what: string;
  /** A ratio is of two figures of the same round. */
  readonly kind: Figure['kind'];
  readonly unit: Figure['unit'];
  readonly runs: number;
  /** The middle of the runs, the lowest and the highest of them, and each of them in its order. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: readonly number[];
  /** What a ratio is to reach, and whether its median does; `null` where nothing is to be reached. */
  readonly target: Target;
  readonly reached: boolean | null;
  /** What one has to know to read it. */
  readonly remark: string | null;
}

/** What all tables of a run have in common. */
export type Run = Pick<BenchmarkDocument, 'startedAt' | 'quick' | 'machine' | 'scale'>;

export function benchmarkDocument(run: Run, measured: readonly Measured[]): BenchmarkDocument {
  return { version: 1, ...run, parts: measured.map((part) => partDocument(part, run.quick)) };
}

function partDocument(measured: Measured, quick: boolean): PartDocument {
  const { part, title, seconds, table = [], notes } = measured;
  const figures = figuresOf(measured).map((figure) => figureDocument(figure));
  return { part, command: commandOf(part, quick), title, seconds: digitsOf(seconds), figures, table, notes };
}

function figureDocument(figure: Figure): FigureDocument {
  const { what, kind, unit, median, low, high, rounds, toReach, reached, remark = null } = figure;
  return {
    what,
    kind,
    unit,
    runs: rounds.length,
    median: digitsOf(median),
    low: digitsOf(low),
    high: digitsOf(high),
    rounds: rounds.map((round) => digitsOf(round)),
    target: toReach,
    reached,
    remark,
  };
}

/** As many digits as a clock can vouch for, and more than anybody reads. */
function digitsOf(value: number): number {
  return Number(value.toPrecision(6));
}

/** What measures a part again. */
export function commandOf(part: string, quick: boolean): string {
  return `pnpm bench ${quick ? '--quick ' : ''}--only ${part}`;
}
