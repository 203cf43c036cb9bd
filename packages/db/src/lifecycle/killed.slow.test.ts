import { describe, expect, test } from 'vitest';
import { killAtManyMoments, killBeforeEveryChange } from './kill.fixture.ts';
import { KILLED_MIGRATIONS, KILLED_RESET, KILLED_RESTORE } from './killed-commands.fixture.ts';

const KILLS = 12;

describe('killed at random moments', () => {
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
    expect(states.size).toBeGreaterThan(1);
  });
});

describe('killed before each change of what lies in the folders, to the last', () => {
  test('a reset leaves the old database or the new one, and the next reset sweeps up', async () => {
    const states = await killBeforeEveryChange(KILLED_RESET);
    expect([...states.keys()]).toEqual(['before', 'after']);
  });

  test('a restore leaves the present database or the restored one, and the next restore sweeps up', async () => {
    const states = await killBeforeEveryChange(KILLED_RESTORE);
    expect([...states.keys()]).toEqual(['before', 'after']);
  });
});
