import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { plantChanges } from './planted-changes.fixture.ts';
import { commandOf, type Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import { violationText } from './violation-text.ts';
import { PATIENT } from './wish.fixture.ts';

test(
  'whatever befalls processes, connections, the server and clocks, a database and its backups hold what was acknowledged',
  PATIENT,
  async () => {
    const wish: Wish = { engine: 'postgres', seed: randomInt(1, 2 ** 31), seconds: 3, processes: 4 };
    const { operations, violations } = await torture(wish);
    const run = commandOf(wish);
    expect({ run, violations: violations.map(violationText) }).toEqual({ run, violations: [] });
    const done = new Set(operations.filter(({ outcome }) => outcome === 'done').map(({ kind }) => kind));
    expect([...done]).toEqual(expect.arrayContaining(['usage.record', 'call.settle']));
  },
);

test(
  'what is changed behind its back is found, and shown with the lines of the journals that contradict it',
  PATIENT,
  async () => {
    const { seed, found, all } = await plantChanges('postgres');
    expect({ seed, found }).toEqual({ seed, found: all });
  },
);
