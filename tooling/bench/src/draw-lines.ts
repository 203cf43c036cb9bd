import { countText, ticksUpTo } from './axis.ts';
import type { Line, LinesPlot } from './plot.ts';
import { drawing, element, lineOf, textAt } from './svg.ts';

const SIZE = { width: 720, height: 420 };
const LEFT = 70;
const RIGHT = SIZE.width - 50;
const BOTTOM = SIZE.height - 60;
/** Seen on white and on black, and told apart by who sees no colours as well: each line has marks of its own. */
const COLOURS = ['#3b82c4', '#c2640c', '#2f9e68', '#a855a0'];
const LEGEND_ROW = 18;

type Place = (value: number) => number;

/** A line through medians, with a whisker at each from the lowest run to the highest. */
export function drawLines({ title, across, axis, lines }: LinesPlot): string {
  const points = lines.flatMap((line) => line.points);
  const stops = [...new Set(points.map(({ at }) => at))].toSorted((one, other) => one - other);
  const ticks = ticksUpTo(
    Math.max(0, ...points.map(({ spread }) => spread.high).filter((high) => Number.isFinite(high))),
  );
  const top = 50 + lines.length * LEGEND_ROW;
  const [first = 1, last = 1, end = 1] = [stops.at(0), stops.at(-1), ticks.at(-1)];
  const x: Place = (at) => LEFT + ((RIGHT - LEFT) * Math.log(at / first)) / (Math.log(last / first) || 1);
  const y: Place = (value) => BOTTOM - ((BOTTOM - top) * value) / end;
  const middle = (top + BOTTOM) / 2;
  return drawing(SIZE, title, [
    ...ticks.flatMap((tick) => [
      lineOf('grid', [LEFT, y(tick)], [RIGHT, y(tick)]),
      textAt(LEFT - 8, y(tick) + 4, String(tick), { 'text-anchor': 'end' }),
    ]),
    ...stops.map((stop) => textAt(x(stop), BOTTOM + 20, countText(stop), { 'text-anchor': 'middle' })),
    textAt((LEFT + RIGHT) / 2, BOTTOM + 44, across, { 'text-anchor': 'middle' }),
    textAt(20, middle, axis, { 'text-anchor': 'middle', transform: `rotate(-90 20 ${middle})` }),
    ...lines.map((line, number) => drawLine(line, number, x, y)),
  ]);
}

/** Whiskers of lines that meet stand beside each other. */
function drawLine({ name, points }: Line, number: number, x: Place, y: Place): string {
  const stroke = COLOURS[number % COLOURS.length] ?? '';
  const known = points.filter(({ spread }) => [spread.low, spread.median, spread.high].every(Number.isFinite));
  const aside = (at: number) => x(at) + number * 5;
  const whiskers = known.map(({ at, spread: { low, high } }) => {
    const path = [`M${place(aside(at))} ${place(y(low))}V${place(y(high))}`];
    const ends = [low, high].map((end) => `M${place(aside(at) - 4)} ${place(y(end))}h8`);
    return element('path', { class: 'line', stroke, d: [...path, ...ends].join('') });
  });
  const path = known.map(({ at, spread }) => `${place(aside(at))},${place(y(spread.median))}`).join(' ');
  const legend = 50 + number * LEGEND_ROW;
  return [
    element('polyline', { class: 'line', stroke, points: path }),
    ...known.map(({ at, spread }) => markAt(number, aside(at), y(spread.median), stroke)),
    ...whiskers,
    markAt(number, LEFT + 6, legend - 4, stroke),
    textAt(LEFT + 20, legend, name),
  ].join('\n');
}

function markAt(number: number, x: number, y: number, fill: string): string {
  if (number % 2 === 0) return element('circle', { cx: x, cy: y, r: 4, fill });
  return element('rect', { x: x - 4, y: y - 4, width: 8, height: 8, fill });
}

function place(value: number): string {
  return value.toFixed(1);
}
