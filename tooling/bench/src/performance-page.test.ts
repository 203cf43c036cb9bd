import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PARTS } from './parts.ts';
import { fillPage } from './performance-page.ts';
import { PERFORMANCE_PAGE, readPublished } from './published.ts';

const page = readFileSync(PERFORMANCE_PAGE, 'utf8');
const published = readPublished();
const { runs, plots } = published;

test('the figures on the page about performance are those of the runs that lie beside it', () => {
  expect(fillPage(page, published)).toBe(page);
  expect(runs.map(({ quick }) => quick)).not.toContain(true);
});

test('every part of the benchmark is on the page', () => {
  const measured = new Set(runs.flatMap(({ parts }) => parts.map(({ part }) => part)));
  expect(PARTS.filter(({ name }) => !measured.has(name)).map(({ name }) => name)).toEqual([]);
});

test('the page shows every plot of those runs', () => {
  expect(plots.length).toBeGreaterThan(0);
  expect(plots.filter((plot) => !page.includes(`](performance/${plot})`))).toEqual([]);
});

test('a part without a place on the page is refused, as are a place for no part and a part of two runs', () => {
  const lacking = page.replace('<!-- bench: verify -->', '<!-- no bench -->');
  expect(() => fillPage(lacking, published)).toThrow('The page has no block for verify.');
  const without = runs.map((run) => ({ ...run, parts: run.parts.filter(({ part }) => part !== 'verify') }));
  expect(() => fillPage(page, { runs: without, plots })).toThrow('a block "verify" that no run fills');
  expect(() => fillPage(page, { runs: [...runs, ...runs], plots })).toThrow('Two of the runs have measured');
});
