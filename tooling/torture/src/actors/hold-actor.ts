import { LimitEnforcer } from '@iron/limits';
import type { Actor } from './actor.ts';

/** Ended holds are never forgotten: the checker adds them up. */
const FOR_EVER_MS = 1_000_000_000_000;

/** Holds, settles and releases amounts by themselves, without a token. */
export async function holdAmounts(actor: Actor): Promise<void> {
  const limits = await LimitEnforcer.open(actor.database, { now: actor.clock.now });
  const lane = async () => {
    while (!actor.isOver()) {
      await holdAmount(actor, limits);
      await actor.pause();
    }
  };
  await Promise.all([lane(), lane()]);
}

async function holdAmount(actor: Actor, limits: LimitEnforcer): Promise<void> {
  const { random } = actor;
  const requestId = actor.fresh();
  const { userId } = random.pick(actor.callers);
  const amounts = { tokens: random.between(0, 50), costNanos: random.between(0, 5_000) };
  const ttlMs = random.pick([1, 60_000, 900_000]);
  const held = await actor.attempt('hold.take', { requestId, userId }, async () => {
    const { tokens, costNanos } = await limits.hold({ userId, requestId, ttlMs, ...amounts });
    return { tokens, costNanos };
  });
  if (held.code !== undefined && held.code !== 'database.commit_unknown') return;
  await actor.pause();
  if (random.happens(0.05)) await limits.sweep({ keepEndedMs: FOR_EVER_MS }).catch(() => undefined);
  if (random.happens(0.3)) {
    await actor.attempt('hold.release', { requestId }, async () => ({ released: await limits.release({ requestId }) }));
  }
  if (!random.happens(0.8)) return;
  const used = { tokens: random.between(0, 60), requests: 1, costNanos: random.between(0, 6_000) };
  for (let times = random.between(1, 2); times > 0; times -= 1) {
    await actor.attempt('hold.settle', { requestId, used }, async () => ({
      settled: await limits.settle({ requestId, ...used }),
    }));
  }
}
