import { need, type Need } from '@iron/db';
import { HOLDS } from './hold-memory.ts';
import { LIMITS, type LimitsOf } from './limit-memory.ts';

/** What a call needs that is to be held. `whose`: the limits that it is taken out of. */
export function needsOfHold({ requestId }: { readonly requestId: string | null }, whose: LimitsOf): Need[] {
  return [need(HOLDS, { requestId, isNew: true }), need(LIMITS, whose)];
}

/** What a call needs that is settled or released. */
export function needsOfEnd(requestId: string): Need[] {
  return [need(HOLDS, { requestId, isNew: false }), need(LIMITS, { requestId })];
}
