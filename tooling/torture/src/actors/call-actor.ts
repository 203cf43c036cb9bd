import { AdmissionController, type Admission } from '@iron/admission';
import type { Actor, Caller } from './actor.ts';

const LANES = 4;
const TRIES = 3;

/** Makes calls: lets them through, and settles or releases each. What is not known is asked for again, as users do. */
export async function makeCalls(actor: Actor): Promise<void> {
  await using admissions = await AdmissionController.open(actor.database, { now: actor.clock.now });
  const lane = async () => {
    while (!actor.isOver()) {
      await makeCall(actor, admissions);
      await actor.pause();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function makeCall(actor: Actor, admissions: AdmissionController): Promise<void> {
  const requestId = actor.fresh();
  const caller = actor.random.pick(actor.callers);
  const admission = await authorize(actor, admissions, requestId, caller);
  if (!admission) return;
  await actor.pause();
  const { random } = actor;
  if (random.happens(0.1)) return; // whoever made it is gone
  if (random.happens(0.2)) {
    await actor.attempt('hold.release', { requestId }, async () => ({ released: await admission.release('test') }));
    return;
  }
  const actual = { inputTokens: random.between(1, 40), outputTokens: random.between(0, 40) };
  const wanted = { requestId, tokenId: caller.tokenId, ...actual };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { code } = await actor.attempt('call.settle', wanted, async () => {
      const { settled, costNanos } = await admission.settle(actual);
      return { settled, costNanos };
    });
    const isRepeated = code === undefined && random.happens(0.05);
    if (!isRepeated && (code === undefined || !code.startsWith('database.'))) return;
  }
}

async function authorize(
  actor: Actor,
  admissions: AdmissionController,
  requestId: string,
  { secret: token, userId }: Caller,
): Promise<Admission | undefined> {
  const call = { token, requestId, provider: 'acme', model: 'large', inputTokens: 30, maxOutputTokens: 30 };
  for (let tries = 0; tries < TRIES; tries += 1) {
    let admission: Admission | undefined;
    const { code } = await actor.attempt('hold.take', { requestId, userId }, async () => {
      admission = await admissions.authorize(call);
      return { tokens: admission.held.tokens, costNanos: admission.held.costNanos };
    });
    if (code === undefined || !code.startsWith('database.')) return admission;
  }
  return undefined;
}
