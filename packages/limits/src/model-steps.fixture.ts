import type { IronDatabase } from '@iron/db';
import type { TestDatabase } from '@iron/test-database';
import * as fc from 'fast-check';
import type { Amounts, Dimension } from './counter.ts';
import { LimitEnforcer } from './limit-enforcer.ts';
import { HoldNotFoundError, LimitExceededError, RequestIdTakenError } from './limit-errors.ts';
import { DAY, HOUR, MINUTE, SECOND } from './limits.fixture.ts';
import { type LimitsModel, whoseKey } from './limits-model.fixture.ts';

/** Limits in a database, and the model that they have to agree with. */
export interface ModelRun {
  readonly shared: TestDatabase;
  readonly model: LimitsModel;
  /** Each crash leaves one behind as it is, and opens the database anew. */
  readonly databases: IronDatabase[];
  limits: LimitEnforcer;
}

interface Whose {
  readonly userId: string;
  readonly projectId: string | null;
}

type CallStep =
  | { do: 'hold'; whose: Whose; requestId: string; amounts: Amounts; ttlMs: number }
  | { do: 'settle'; requestId: string; actual: Amounts }
  | { do: 'release'; requestId: string };

export type Step =
  | CallStep
  | { do: 'together'; calls: CallStep[] }
  | { do: 'set limit'; whose: Whose; max: Record<Dimension, number | null>; isInKathmandu: boolean }
  | { do: 'delete limit'; whose: Whose }
  | { do: 'move clock'; by: number }
  | { do: 'sweep'; keepEndedMs: number }
  | { do: 'crash' };

const anyAmounts = fc.record({
  tokens: fc.integer({ min: 0, max: 50 }),
  requests: fc.integer({ min: 0, max: 2 }),
  cost: fc.integer({ min: 0, max: 50 }),
});
const whose = fc.record({
  userId: fc.constantFrom('ann', 'ann', 'bob'),
  projectId: fc.constantFrom(null, 'red', 'blue'),
});
const requestId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const ttlMs = fc.constantFrom(SECOND, MINUTE, DAY);
const maximum = fc.constantFrom(null, 0, 1, 30, 100);
const max = fc
  .record({ tokens: maximum, requests: maximum, cost: maximum })
  .filter(({ tokens, requests, cost }) => (tokens ?? requests ?? cost) !== null);
const by = fc.constantFrom(SECOND, 20 * SECOND, MINUTE, HOUR, DAY, 32 * DAY, -SECOND, -2 * MINUTE, -DAY, -40 * DAY);
const keepEndedMs = fc.constantFrom(0, HOUR);

const hold = fc.record({ do: fc.constant('hold'), whose, requestId, amounts: anyAmounts, ttlMs });
const settle = fc.record({ do: fc.constant('settle'), requestId, actual: anyAmounts });
const release = fc.record({ do: fc.constant('release'), requestId });
const calls = fc.array(fc.oneof(hold, settle, release), { minLength: 2, maxLength: 4 });

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: hold, weight: 12 },
  { arbitrary: settle, weight: 5 },
  { arbitrary: release, weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('together'), calls }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('set limit'), whose, max, isInKathmandu: fc.boolean() }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant('delete limit'), whose }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('move clock'), by }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('sweep'), keepEndedMs }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('crash') }), weight: 1 },
);

/** Does something in the limits and in the model; gives what each says to it. */
export async function take(run: ModelRun, step: Step): Promise<{ said: unknown; expected: unknown }> {
  const { model, limits } = run;
  switch (step.do) {
    case 'hold':
    case 'settle':
    case 'release': {
      const expected = inModel(model, step);
      return { said: await inLimits(run, step), expected };
    }
    case 'together': {
      // In one turn of the event loop: they are committed together, each after the one before.
      const expected = step.calls.map((call) => inModel(model, call));
      return { said: await Promise.all(step.calls.map((call) => inLimits(run, call))), expected };
    }
    case 'sweep': {
      const expected = { expired: model.expire(), forgotten: model.forget(step.keepEndedMs) };
      return { said: await limits.sweep({ keepEndedMs: step.keepEndedMs }), expected };
    }
    case 'set limit':
      await setLimit(run, step);
      break;
    case 'delete limit': {
      const key = whoseKey(step.whose.userId, step.whose.projectId);
      if (model.limits.delete(key)) await limits.deleteLimit({ limitId: await idOf(limits, key) });
      break;
    }
    case 'move clock':
      model.now += step.by;
      break;
    case 'crash':
      run.limits = await openLimits(run);
  }
  return { said: undefined, expected: undefined };
}

export async function openLimits({ shared, databases, model }: Omit<ModelRun, 'limits'>): Promise<LimitEnforcer> {
  const database = await shared.openAnother({ maxConnections: 2 });
  // It is not the disk that is tried here.
  if (database.engine === 'sqlite') database.connection.pragma('synchronous = OFF');
  databases.push(database);
  return await LimitEnforcer.open(database, { now: () => model.now });
}

function inModel(model: LimitsModel, step: CallStep): unknown {
  if (step.do === 'settle') return model.settle(step.requestId, step.actual);
  if (step.do === 'release') return model.release(step.requestId);
  return model.hold({ ...step, ...step.whose });
}

async function inLimits({ limits }: ModelRun, step: CallStep): Promise<unknown> {
  try {
    if (step.do === 'release') return await limits.release({ requestId: step.requestId });
    const { tokens, requests, cost: costNanos } = step.do === 'settle' ? step.actual : step.amounts;
    const call = { requestId: step.requestId, tokens, requests, costNanos };
    if (step.do === 'settle') return await limits.settle(call);
    const { heldAt, expiresAt } = await limits.hold({ ...call, ...step.whose, ttlMs: step.ttlMs });
    return `held from ${heldAt} to ${expiresAt}`;
  } catch (error) {
    if (error instanceof LimitExceededError) return 'refused';
    if (error instanceof RequestIdTakenError) return 'taken';
    if (error instanceof HoldNotFoundError) return 'unknown';
    throw error;
  }
}

async function setLimit({ limits, model }: ModelRun, step: Extract<Step, { do: 'set limit' }>): Promise<void> {
  const { tokens, requests, cost } = step.max;
  const maxima = { maxTokensPerDay: tokens, maxRequestsPerMinute: requests, maxCostNanosPerMonth: cost };
  const key = whoseKey(step.whose.userId, step.whose.projectId);
  if (model.limits.has(key)) {
    await limits.updateLimit({ limitId: await idOf(limits, key), ...maxima });
  } else {
    await limits.createLimit({ ...step.whose, ...maxima, timeZone: step.isInKathmandu ? 'Asia/Kathmandu' : 'UTC' });
  }
  model.setLimit(key, step.max, step.isInKathmandu ? 5.75 * HOUR : 0);
}

async function idOf(limits: LimitEnforcer, key: string): Promise<number> {
  const { items } = await limits.listLimits();
  return items.find(({ userId, projectId }) => whoseKey(userId, projectId) === key)?.id ?? 0;
}
