import { expect, test } from 'vitest';
import { plantChanges } from './planted-changes.fixture.ts';
import { DEEDS, tortureByChance } from './tortured.fixture.ts';

test('whatever befalls processes, connections, the server and clocks, a database and its backups hold what was acknowledged', async () => {
  const { violations, done } = await tortureByChance({ engine: 'postgres', seconds: 3, processes: 4 });
  expect(violations).toEqual([]);
  expect(done).toEqual(expect.arrayContaining(DEEDS));
});

test('what is changed behind its back is found, and shown with the lines of the journals that contradict it', async () => {
  const { seed, phases, plantedIn, found, all } = await plantChanges('postgres');
  expect({ seed, phases, found }).toEqual({ seed, phases: plantedIn, found: all });
});
