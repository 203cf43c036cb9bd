import { COUNTERS, type CounterRow } from '../checker/look.ts';
import { isAbove } from '../checker/limit-rule.ts';
import type { Actor } from './actor.ts';

/** Looks at every limit again and again while others call. */
export async function lookAtLimits(actor: Actor): Promise<void> {
  while (!actor.isOver()) {
    await actor.attempt('limits.look', {}, async () => {
      const counters = await actor.database.reader.statement<[], CounterRow>(COUNTERS).all();
      return { above: counters.filter(isAbove) };
    });
    await actor.pause();
  }
}
