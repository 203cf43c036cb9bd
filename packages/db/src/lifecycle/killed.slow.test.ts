import { describe, expect, test } from 'vitest';
import { killAtManyMoments, killBeforeEveryChange } from './kill.fixture.ts';
import { KILLED_MIGRATIONS, KILLED_RESET, KILLED_RESTORE } from './killed-commands.fixture.ts';

const KILLS = 12;
/** Each of the processes takes a second, and many times that where much else runs. */
const LONGEST_MS = 600_000;

describe('killed at random moments', { timeout: LONGEST_MS }, () => {
  test('a reset leaves the old database or the new one, and the next reset sweeps up', async () => {
    const states = await killAtManyMoments(KILLS, KILLED_RESET);
    expect(states.get('before')).toBeGreaterThan(KILLS / 2);
  });

  test('a restore leaves the present database or the restored one, and the next restore sweeps up', async () => {
    const states = await killAtManyMoments(KILLS, KILLED_RESTORE);
    expect(states.get('before')).toBeGreaterThan(KILLS / 2);
  });

  test('migrations leave a database with every row, at one of them, and the next run applies the others', async () => {
    const states = await killAtManyMoments(KILLS, KILLED_MIGRATIONS);
    expect(sumOf(states.values())).toBeGreaterThan(KILLS / 2);
  });
});

describe('killed before each change of what lies in the folders, to the last', { timeout: LONGEST_MS }, () => {
  test('a reset leaves the old database or the new one, and the next reset sweeps up', async () => {
    const states = await killBeforeEveryChange(KILLED_RESET);
    expect([...states.keys()]).toEqual(['before', 'after']);
  });

  test('a restore leaves the present database or the restored one, and the next restore sweeps up', async () => {
    const states = await killBeforeEveryChange(KILLED_RESTORE);
    expect([...states.keys()]).toEqual(['before', 'after']);
  });
});

function sumOf(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}
