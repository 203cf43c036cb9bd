import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { mayBecomeNobody } from './actors/become-nobody.ts';
import { plantChanges } from './planted-changes.fixture.ts';
import { commandOf } from './plan.ts';
import { DEEDS, tortureByChance } from './tortured.fixture.ts';
import { aWish } from './wish.fixture.ts';

test('whatever befalls processes, disk, files and clocks, a database and its backups hold what was acknowledged', async () => {
  const { violations, done } = await tortureByChance({ engine: 'sqlite', seconds: 9, processes: 5 });
  expect(violations).toEqual([]);
  expect(done).toEqual(expect.arrayContaining(DEEDS));
});

test('who may not mount a disk bounds the files instead, and the database holds what was acknowledged', async () => {
  const wish = aWish('sqlite', ({ fault, life }) => fault?.kind === 'full disk' && life === 'nothing', 2);
  await using program = startProgram(
    new URL('./unprivileged-run-program.fixture.ts', import.meta.url),
    JSON.stringify(wish),
  );
  const [line = ''] = await program.remainingLines();
  const run = commandOf(wish);
  const isRoot = process.getuid?.() === 0 && !mayBecomeNobody();
  expect({ run, ...JSON.parse(line) }).toEqual({ run, disks: [isRoot], violations: [] });
});

test('what is changed behind its back is found, and shown with the lines of the journals that contradict it', async () => {
  const { seed, phases, plantedIn, found, all } = await plantChanges('sqlite');
  expect({ seed, phases, found }).toEqual({ seed, phases: plantedIn, found: all });
});
