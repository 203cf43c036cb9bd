import { ticksUpTo } from './axis.ts';
import type { BarsPlot } from './plot.ts';
import { showNumber } from './report.ts';
import { drawing, element, lineOf, textAt } from './svg.ts';

const WIDTH = 720;
const LEFT = 20;
const RIGHT = WIDTH - 20;
const TOP = 44;
const ROW = 40;

/** A bar for each median, with a whisker from the lowest run to the highest; what it is stands above it. */
export function drawBars({ title, axis, bars }: BarsPlot): string {
  const known = bars.flatMap(({ median, high }) => [median, high]).filter((value) => Number.isFinite(value));
  const ticks = ticksUpTo(Math.max(0, ...known));
  const end = ticks.at(-1) ?? 1;
  const at = (value: number) => LEFT + (value / end) * (RIGHT - LEFT);
  const bottom = TOP + bars.length * ROW + 4;
  const grid = ticks.flatMap((tick) => [
    lineOf('grid', [at(tick), TOP], [at(tick), bottom]),
    textAt(at(tick), bottom + 16, String(tick), { 'text-anchor': anchorOf(tick, end) }),
  ]);
  const rows = bars.map((bar, row) => drawBar(bar, TOP + row * ROW, at));
  const label = textAt((LEFT + RIGHT) / 2, bottom + 36, axis, { 'text-anchor': 'middle' });
  return drawing({ width: WIDTH, height: bottom + 50 }, title, [...grid, ...rows, label]);
}

function drawBar(
  { what, median, low, high }: BarsPlot['bars'][number],
  y: number,
  at: (value: number) => number,
): string {
  const name = textAt(LEFT + 4, y + 15, what);
  const isKnown = [median, low, high].every((value) => Number.isFinite(value));
  const figures = isKnown ? `${showNumber(median)} (${showNumber(low)} to ${showNumber(high)})` : 'not known';
  const value = textAt(RIGHT - 4, y + 15, figures, { 'text-anchor': 'end' });
  if (!isKnown) return [name, value].join('\n');
  const bar = element('rect', { class: 'bar', x: LEFT, y: y + 20, width: at(median) - LEFT, height: 14 });
  const whisker = lineOf('whisker', [at(low), y + 27], [at(high), y + 27]);
  const ends = [low, high].map((end) => lineOf('whisker', [at(end), y + 23], [at(end), y + 31]));
  return [name, value, bar, whisker, ...ends].join('\n');
}

function anchorOf(tick: number, end: number): string {
  if (tick === 0) return 'start';
  return tick === end ? 'end' : 'middle';
}
