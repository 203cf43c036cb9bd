import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOfThisProcess } from '@iron/test-clones';
import { describe, expect, test } from 'vitest';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { useTemporaryRoot } from './temporary-root.fixture.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 14);

const [machine, pid, start] = nameOfThisProcess().split('_');
const NOBODY = 4_194_305; // past the highest number that Linux gives
const DEAD = `${machine}_${NOBODY}_${start}`;
const ELSEWHERE = `00000000_${pid}_${start}`;
const KEY = 'a'.repeat(64);

function plant(root: string, name: string, age: number): void {
  const path = join(root, name);
  if (name.startsWith('template-')) writeFileSync(path, '');
  else {
    mkdirSync(path);
    writeFileSync(join(path, 'test.db'), '');
  }
  utimesSync(path, new Date(NOW - age), new Date(NOW - age));
}

function swept(names: readonly string[], age: number): string[] {
  using root = useTemporaryRoot();
  for (const name of names) plant(root.path, name, age);
  sweepLeftovers(root.path, NOW);
  const left = new Set(readdirSync(root.path));
  return names.filter((name) => !left.has(name));
}

describe('sweepLeftovers', () => {
  test('removes folders of processes that are gone, however new', () => {
    expect(swept([`db-${DEAD}-Ab3dEf`, `db-${DEAD}-000000`], 0)).toEqual([`db-${DEAD}-Ab3dEf`, `db-${DEAD}-000000`]);
  });

  test('leaves the folders of a living process, however old', () => {
    expect(swept([`db-${nameOfThisProcess()}-Ab3dEf`], 365 * DAY_MS)).toEqual([]);
  });

  test('leaves folders of another machine or container for three days', () => {
    expect(swept([`db-${ELSEWHERE}-Ab3dEf`], 2 * DAY_MS)).toEqual([]);
    expect(swept([`db-${ELSEWHERE}-Ab3dEf`], 4 * DAY_MS)).toEqual([`db-${ELSEWHERE}-Ab3dEf`]);
  });

  test('leaves templates for three days', () => {
    expect(swept([`template-${KEY}`], 2 * DAY_MS)).toEqual([]);
    expect(swept([`template-${KEY}`], 4 * DAY_MS)).toEqual([`template-${KEY}`]);
  });

  test('never removes what was kept, or has any other name', () => {
    const others = [
      `kept-${DEAD}-Ab3dEf`,
      `db-${DEAD}`,
      `db-${DEAD}-Ab3dEf.old`,
      'db-1_2_x-Ab3dEf',
      'template-x',
      'notes',
    ];

    expect(swept(others, 365 * DAY_MS)).toEqual([]);
  });

  test('follows no link out of the folder', () => {
    using root = useTemporaryRoot();
    mkdirSync(join(root.path, 'swept'));
    plant(root.path, 'precious', 0);
    symlinkSync('../precious', join(root.path, 'swept', `db-${DEAD}-Ab3dEf`));

    sweepLeftovers(join(root.path, 'swept'), NOW);

    expect(readdirSync(join(root.path, 'swept'))).toEqual([]);
    expect(readdirSync(join(root.path, 'precious'))).toEqual(['test.db']);
  });
});
