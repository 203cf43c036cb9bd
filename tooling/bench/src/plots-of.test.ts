import { DOMParser } from '@xmldom/xmldom';
import { expect, test } from 'vitest';
import { MEASURED } from './measured.fixture.ts';
import { plotsOf } from './plots-of.ts';

/** Everything that is written in a drawing, in its order. */
function textsIn(svg: string): string[] {
  const document = new DOMParser({ onError: refuse }).parseFromString(svg, 'image/svg+xml');
  return [...document.getElementsByTagName('text')].map(({ textContent }) => textContent ?? '');
}

function refuse(_level: string, message: string): never {
  throw new Error(message);
}

test('each part is drawn in files of its name: its own plots, or else its ratios', () => {
  expect(plotsOf(MEASURED).map(({ name }) => name)).toEqual(['growing.svg', 'growing-2.svg', 'plain.svg']);
});

test('a line plot shows its title, its axes with their numbers, and the name of each line', () => {
  const [lines] = plotsOf(MEASURED);

  expect(textsIn(lines?.svg ?? '')).toEqual([
    'What a call costs',
    '0',
    '1',
    '2',
    '3',
    '4',
    '1',
    '1 million',
    'calls in the file',
    'ratio to the first, within each run',
    'through Iron',
    'by hand',
  ]);
});

test('bars show their title, what each is with its median and spread, and say so when that is not known', () => {
  const [, , bars] = plotsOf(MEASURED);

  expect(textsIn(bars?.svg ?? '')).toEqual([
    'Something <plain>',
    '0',
    '1',
    '2',
    '3',
    '4',
    '1,000,000 "calls" & more / 1 <call>',
    '2.00 (1.50 to 4.00)',
    'nothing at all / nothing at all',
    'not known',
    'ratio within each run',
  ]);
});

test('the spread is drawn as a whisker from the lowest run to the highest', () => {
  const [lines, , bars] = plotsOf(MEASURED);

  // from 0 at x = 20 to 4 at x = 700; and from 0 at y = 360 to 4 at y = 86
  expect(bars?.svg).toContain('<line class="whisker" x1="275" y1="71" x2="700" y2="71"/>');
  expect(lines?.svg).toContain('M670.0 257.3V86.0');
});

test('drawings are the same each time, hold no number that is none, and follow the theme of the reader', () => {
  const drawings = plotsOf(MEASURED);

  expect(drawings).toEqual(plotsOf(MEASURED));
  expect(drawings.filter(({ svg }) => /NaN|Infinity|undefined/.test(svg))).toEqual([]);
  expect(drawings.filter(({ svg }) => !svg.includes('prefers-color-scheme: dark'))).toEqual([]);
});
