import { randomInt } from 'node:crypto';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { mayBecomeNobody } from './actors/become-nobody.ts';
import { plantChanges } from './planted-changes.fixture.ts';
import { commandOf, type Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import { violationText } from './violation-text.ts';
import { aWish, PATIENT } from './wish.fixture.ts';

test(
  'whatever befalls processes, disk, files and clocks, a database and its backups hold what was acknowledged',
  PATIENT,
  async () => {
    const wish: Wish = { engine: 'sqlite', seed: randomInt(1, 2 ** 31), seconds: 6, processes: 5 };
    const { operations, violations } = await torture(wish);
    const run = commandOf(wish);
    expect({ run, violations: violations.map(violationText) }).toEqual({ run, violations: [] });
    const done = new Set(operations.filter(({ outcome }) => outcome === 'done').map(({ kind }) => kind));
    expect([...done]).toEqual(expect.arrayContaining(['usage.record', 'call.settle']));
  },
);

test(
  'who may not mount a disk bounds the files instead, and the database holds what was acknowledged',
  PATIENT,
  async () => {
    const wish = aWish('sqlite', ({ fault, life }) => fault?.kind === 'full disk' && life === 'nothing', 2);
    await using program = startProgram(
      new URL('./unprivileged-run-program.fixture.ts', import.meta.url),
      JSON.stringify(wish),
    );
    const [line = ''] = await program.remainingLines();
    const run = commandOf(wish);
    const isRoot = process.getuid?.() === 0 && !mayBecomeNobody();
    expect({ run, ...JSON.parse(line) }).toEqual({ run, disks: [isRoot], violations: [] });
  },
);

test(
  'what is changed behind its back is found, and shown with the lines of the journals that contradict it',
  PATIENT,
  async () => {
    const { seed, found, all } = await plantChanges('sqlite');
    expect({ seed, found }).toEqual({ seed, found: all });
  },
);
