import type { Contender } from './contender.ts';
import { type Ratio, ratioOf } from './figures.ts';
import type { LinesPlot } from './plot.ts';

/** What something costs with ever more of something else, of which the first step has the least. */
export interface Course {
  readonly name: string;
  readonly steps: readonly { readonly at: number; readonly cost: Contender }[];
}

/** How much more each step costs than the first one of its course did in the same rounds; and that as a plot. */
export function growthOf(
  about: Pick<LinesPlot, 'title' | 'across'>,
  courses: readonly Course[],
): { ratios: Ratio[]; plot: LinesPlot } {
  const lines = courses.map(({ name, steps }) => ({
    name,
    points: steps.flatMap(({ at, cost }) => {
      const [first] = steps;
      return first ? [{ at, spread: ratioOf(cost, first.cost, null) }] : [];
    }),
  }));
  return {
    ratios: lines.flatMap(({ points }) => points.slice(1).map(({ spread }) => spread)),
    plot: { kind: 'lines', ...about, axis: 'ratio to the first, within each run', lines },
  };
}
