import { UsageTracker } from '@iron/usage';
import type { UsageWanted } from '../history/operation.ts';
import type { Actor } from './actor.ts';

const TRIES = 3;

/** Reports usage, some of it twice, and some under a request id that stands for another call already. */
export async function reportUsage(actor: Actor): Promise<void> {
  const usage = await UsageTracker.open(actor.database, { now: actor.clock.now });
  const lane = async () => {
    while (!actor.isOver()) {
      await reportCall(actor, usage);
      await actor.pause();
    }
  };
  await Promise.all([lane(), lane()]);
}

async function reportCall(actor: Actor, usage: UsageTracker): Promise<void> {
  const { random } = actor;
  const { tokenId } = random.pick(actor.callers);
  const counts = { inputTokens: random.between(0, 1_000), outputTokens: random.between(0, 1_000) };
  const wanted = { requestId: actor.fresh(), tokenId, ...counts };
  const record = async (about: UsageWanted) =>
    await actor.attempt('usage.record', about, async () => {
      const { recorded, costNanos } = await usage.recordUsage({ ...about, provider: 'acme', model: 'large' });
      return { recorded, costNanos };
    });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { code } = await record(wanted);
    if (code === undefined) break;
    if (tries === TRIES - 1) return;
  }
  if (random.happens(0.1)) await record(wanted);
  if (random.happens(0.1)) await record({ ...wanted, inputTokens: wanted.inputTokens + 1 });
}
