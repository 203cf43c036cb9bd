import type { Spread } from './figures.ts';

/** Figures of one unit, a bar each. */
export interface BarsPlot {
  readonly kind: 'bars';
  readonly title: string;
  /** What the bars measure, with its unit. */
  readonly axis: string;
  readonly bars: readonly Spread[];
}

/** How something grows: a line through what was measured with ever more of something else. */
export interface LinesPlot {
  readonly kind: 'lines';
  readonly title: string;
  /** What there is more and more of; drawn by its powers. */
  readonly across: string;
  /** What grows with it, with its unit. */
  readonly axis: string;
  readonly lines: readonly Line[];
}

/** One line of a plot. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly spread: Spread }[];
}

/** What the figures look like. */
export type Plot = BarsPlot | LinesPlot;
