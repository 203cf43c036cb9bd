import { TokenStorage } from '@iron/tokens';
import { PriceStorage, UsageTracker } from '@iron/usage';
import type { UsageWanted } from '../history/operation.ts';
import type { Actor } from './actor.ts';

const TRIES = 3;

const REST_MS = 2_000;
const MONTH_MS = 30 * 86_400_000;

/**
 * Reports usage, some of it twice, and some under a request id that stands for another call already; deletes tokens with
 * what they used; imports prices of what nobody uses, and prices anew what was used.
 */
export async function reportUsage(actor: Actor): Promise<void> {
  const usage = await UsageTracker.open(actor.database, { now: actor.clock.now });
  const tokens = await TokenStorage.open(actor.database, { now: actor.clock.now });
  const prices = await PriceStorage.open(actor.database, { now: actor.clock.now });
  const lane = async (work: () => Promise<void>, restMs?: number) => {
    while (!actor.isOver()) {
      await work();
      await actor.pause(restMs);
    }
  };
  const report = async () => await reportCall(actor, usage, actor.random.pick(actor.callers).tokenId);
  await Promise.all([
    lane(report),
    lane(async () => await (actor.random.happens(0.1) ? reportAndDelete(actor, usage, tokens) : report())),
    lane(async () => await changePrices(actor, usage, prices), REST_MS),
  ]);
}

/** By a token of its own, that is deleted then. */
async function reportAndDelete(actor: Actor, usage: UsageTracker, tokens: TokenStorage): Promise<void> {
  const family = actor.fresh();
  const { answer: token } = await actor.attempt('token.create', { family, secret: null }, async (id) => {
    const made = await tokens.createToken({ userId: 'ann', name: family, actor: { userId: id } });
    return { secret: made.secret, tokenId: made.token.id };
  });
  if (!token) return;
  const { tokenId } = token;
  for (let calls = actor.random.between(1, 3); calls > 0; calls -= 1) await reportCall(actor, usage, tokenId);
  await actor.attempt('token.delete', { family, place: 0, tokenId }, async (id) => {
    await tokens.deleteToken({ tokenId, actor: { userId: id } });
    return {};
  });
}

async function changePrices(actor: Actor, usage: UsageTracker, prices: PriceStorage): Promise<void> {
  const model = actor.fresh();
  const price = { litellm_provider: 'acme', mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 };
  await actor.attempt('price.import', { model }, async (id) => {
    const { version } = await prices.importLiteLlmPrices({ json: { [model]: price }, actor: { userId: id } });
    return { version };
  });
  await actor.attempt('usage.reprice', {}, async () => {
    const { costChangeNanos } = await usage.reprice({ all: true, from: Date.now() - MONTH_MS });
    return { costChangeNanos: String(costChangeNanos) };
  });
}

async function reportCall(actor: Actor, usage: UsageTracker, tokenId: number): Promise<void> {
  const { random } = actor;
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
