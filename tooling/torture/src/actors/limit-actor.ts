import { LimitEnforcer } from '@iron/limits';
import { COUNTERS, type CounterRow } from '../checker/look.ts';
import { isAbove } from '../checker/limit-rule.ts';
import type { Maxima } from '../history/operation.ts';
import type { Actor } from './actor.ts';
import { LIMITS, maximaInput } from './limits-of-users.ts';

const REST_MS = 200;

/** Changes, deletes and makes the limits that others call under, and looks at every one again and again. */
export async function changeLimits(actor: Actor): Promise<void> {
  const limits = await LimitEnforcer.open(actor.database, { now: actor.clock.now });
  const looks = async () => {
    while (!actor.isOver()) {
      await lookAtLimits(actor);
      await actor.pause();
    }
  };
  const changes = async () => {
    while (!actor.isOver()) {
      await changeLimit(actor, limits);
      await actor.pause(REST_MS);
    }
  };
  await Promise.all([looks(), changes()]);
}

async function lookAtLimits({ attempt, database }: Actor): Promise<void> {
  await attempt('limits.look', {}, async () => {
    const counters = await database.reader.statement<[], CounterRow>(COUNTERS).all();
    return { above: counters.filter(isAbove) };
  });
}

async function changeLimit({ attempt, random }: Actor, limits: LimitEnforcer): Promise<void> {
  const { userId, timeZone, maxima: usual } = random.pick(LIMITS);
  const factor = random.pick([0, 0.02, 0.5, 1, 1, 2]);
  const maxima = multiplied(usual, factor);
  const [present] = (await limits.listLimits({ userId })).items;
  if (!present) {
    await attempt('limit.create', { userId, maxima }, async (id) => {
      const made = await limits.createLimit({ userId, timeZone, ...maximaInput(maxima), actor: { userId: id } });
      return { limitId: made.id };
    });
    return;
  }
  const limitId = present.id;
  if (random.happens(0.15)) {
    await attempt('limit.delete', { limitId }, async (id) => {
      await limits.deleteLimit({ limitId, actor: { userId: id } });
      return {};
    });
    return;
  }
  await attempt('limit.update', { limitId, maxima }, async (id) => {
    await limits.updateLimit({ limitId, ...maximaInput(maxima), actor: { userId: id } });
    return {};
  });
}

function multiplied({ tokens, requests, cost }: Maxima, factor: number): Maxima {
  const times = (most: number | null) => (most === null ? null : Math.ceil(most * factor));
  return { tokens: times(tokens), requests: times(requests), cost: times(cost) };
}
