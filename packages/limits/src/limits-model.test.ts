import type { IronDatabase } from '@iron/db';
import { TEST_ENGINE, testDatabase } from '@iron/test-database';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Counter, DIMENSIONS } from './counter.ts';
import { countersAboveTheirLimit, NOW } from './limits.fixture.ts';
import { LimitsModel, whoseKey } from './limits-model.fixture.ts';
import { anyStep, type ModelRun, openLimits, take } from './model-steps.fixture.ts';

test('limits and holds do what a plain model of them does, whatever happens in whichever order', async () => {
  const anySteps = fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' });
  const property = fc.asyncProperty(anySteps, async (steps) => {
    await onDatabase(async (run) => {
      for (const step of steps) {
        const { said, expected } = await take(run, step);
        expect(said).toEqual(expected);
        for (const database of run.databases) expect(await countersAboveTheirLimit(database)).toBe(0);
        expect(await run.limits.verifyHeld()).toEqual([]);
        expect(await countersOf(run)).toEqual(expectedCounters(run));
        expect(await leftOf(run)).toEqual(expectedLeft(run));
      }
    });
  });
  await fc.assert(property, { numRuns: TEST_ENGINE === 'sqlite' ? 60 : 20 });
}, 60_000);

async function onDatabase(work: (run: ModelRun) => Promise<void>): Promise<void> {
  await using shared = await testDatabase({ shared: true });
  const databases: IronDatabase[] = [];
  const start = { shared, databases, model: new LimitsModel(NOW) };
  await work({ ...start, limits: await openLimits(start) });
}

/** By whose limit it is and dimension. */
type ByLimit<Value> = Record<string, Value>;

async function countersOf({ limits }: ModelRun): Promise<ByLimit<Omit<Counter, 'windowStartedAt'>>> {
  const { items } = await limits.listLimits();
  const entries = items.flatMap(({ userId, projectId, counters }) =>
    DIMENSIONS.map((dimension) => {
      const { windowStartedAt: _, ...counter } = counters[dimension];
      return [`${whoseKey(userId, projectId)} ${dimension}`, counter] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** Under the limit first what is held, then what is settled; the rest is overage. */
function expectedCounters({ model }: ModelRun): ByLimit<Omit<Counter, 'windowStartedAt'>> {
  return model.mapDimensions((limit, dimension) => {
    const max = limit.max[dimension];
    const inAll = model.inAll(limit, dimension);
    const held = Math.min(inAll.held, max ?? Number.POSITIVE_INFINITY);
    const settled = Math.min(inAll.settled, (max ?? Number.POSITIVE_INFINITY) - held);
    return { max, settled, held, overage: inAll.held + inAll.settled - held - settled };
  });
}

async function leftOf({ limits, model }: ModelRun): Promise<ByLimit<number | undefined>> {
  const calls = [...model.limits.keys()].map((key) => key.split(' '));
  const states = await Promise.all(
    calls.map(([userId = '', projectId]) => limits.limitStates({ userId, projectId: projectId || null })),
  );
  const entries = states
    .flat()
    .map(({ userId, projectId, dimension, left }) => [`${whoseKey(userId, projectId)} ${dimension}`, left] as const);
  return Object.fromEntries(entries);
}

/** Holds whose time is over take no room. */
function expectedLeft({ model }: ModelRun): ByLimit<number | undefined> {
  return model.mapDimensions((limit, dimension) => {
    const max = limit.max[dimension];
    const { settled, held } = model.inAll(limit, dimension, ({ expiresAt }) => expiresAt > model.now);
    return max === null ? undefined : Math.max(0, max - settled - held);
  });
}
