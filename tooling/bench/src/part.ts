import type { Figures } from './figures.ts';
import type { Stage } from './stage.ts';

/** One part of the benchmark, which can be run without the others. */
export interface Part {
  /** What `--only` takes. */
  readonly name: string;
  /** What it measures, and against what. */
  readonly about: string;
  /** Whether it measures what has to be installed before. */
  readonly usesPeers?: true;
  /** Whether it says nothing when it is done in moments: a quick run has it only where it is named. */
  readonly needsTime?: true;
  readonly measure: (stage: Stage) => AsyncIterable<Figures>;
}
