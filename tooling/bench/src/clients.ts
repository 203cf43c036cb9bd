import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdmissionController } from '@iron/admission';
import { CALL } from './call.ts';
import { anyOf } from './tokens-and-limits.ts';

/** How many calls are made, and how many of them at a time. */
export interface Load {
  readonly secrets: readonly string[];
  readonly calls: number;
  readonly inFlight: number;
}

/** The way of calls by hand: a transaction that lets so many through and says their request ids, one that settles them. */
export interface CallsByHand {
  authorize(secrets: readonly string[]): string[] | Promise<string[]>;
  settle(requestIds: readonly string[]): void | Promise<void>;
}

/** Makes calls through an admission, each as soon as one before it is done; says how long each took, in milliseconds. */
export async function callThrough(admissions: AdmissionController, load: Load): Promise<number[]> {
  return await keepInFlight(load, async (token) => {
    const admission = await admissions.authorize({ token, ...CALL.asked });
    await admission.settle(CALL.used);
  });
}

/** Makes calls by hand, each of them in two transactions of its own, as if nothing committed together. */
export async function callOneByOne(raw: CallsByHand, load: Load): Promise<number[]> {
  return await keepInFlight(load, async (token) => {
    await nextTurn();
    const requestIds = await raw.authorize([token]);
    await nextTurn();
    await raw.settle(requestIds);
  });
}

/** Makes calls by hand in batches of what would be in flight: one transaction lets a batch through, one settles it. */
export async function callInBatches(raw: CallsByHand, { secrets, calls, inFlight }: Load): Promise<void> {
  for (let done = 0; done < calls; done += inFlight) {
    await raw.settle(await raw.authorize(Array.from({ length: inFlight }, () => anyOf(secrets))));
  }
}

/** Makes calls with any of the tokens, each as soon as one before it is done. @returns how long each took, in ms */
export async function keepInFlight({ secrets, calls, inFlight }: Load, call: (token: string) => Promise<void>) {
  const times: number[] = [];
  let left = calls;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      await call(anyOf(secrets));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  return times;
}
