import { drawBars } from './draw-bars.ts';
import { drawLines } from './draw-lines.ts';
import type { Figures } from './figures.ts';
import type { Plot } from './plot.ts';
import type { Measured } from './run-benchmark.ts';

/** A drawing, and the file that it is for. */
export interface PlotFile {
  readonly name: string;
  readonly svg: string;
}

/** Drawings of all parts, named for the part: with a number from the second of a part on. */
export function plotsOf(measured: readonly Measured[]): PlotFile[] {
  const seen = new Map<string, number>();
  return measured.flatMap((each) =>
    plotsIn(each).map((plot) => {
      const number = (seen.get(each.part) ?? 0) + 1;
      seen.set(each.part, number);
      const svg = plot.kind === 'bars' ? drawBars(plot) : drawLines(plot);
      return { name: `${each.part}${number === 1 ? '' : `-${number}`}.svg`, svg };
    }),
  );
}

function plotsIn({ plots, title, ratios }: Figures): readonly Plot[] {
  if (plots) return plots;
  return ratios.length === 0 ? [] : [{ kind: 'bars', title, axis: 'ratio within each run', bars: ratios }];
}
