import { expect, test } from 'vitest';
import { FAULTS } from './faults.ts';
import { commandOf, phaseOf, type Wish } from './plan.ts';

const wish: Wish = { engine: 'postgres', seed: 5, seconds: 60, processes: 4 };
const phases = (asked: Wish, count: number) => Array.from({ length: count }, (_, place) => phaseOf(asked, place + 1));

test('the same seed gives the same plan, and another one another', () => {
  expect(phases(wish, 10)).toEqual(phases(wish, 10));
  expect(phases(wish, 10)).not.toEqual(phases({ ...wish, seed: 6 }, 10));
});

test('in as many phases as there are faults, everything that can befall the engine does', () => {
  const happened = phases(wish, FAULTS.postgres.length + 1).map(({ fault }) => fault?.kind ?? null);
  expect(new Set(happened)).toEqual(new Set([...FAULTS.postgres, null]));
  expect(new Set(phases(wish, 4).map(({ life }) => life))).toEqual(new Set(['reset', 'restore', 'migrate', 'nothing']));
});

test('a plan is run again by a command', () => {
  expect(commandOf(wish)).toBe('pnpm torture --engine postgres --seed 5 --seconds 60 --processes 4');
});
