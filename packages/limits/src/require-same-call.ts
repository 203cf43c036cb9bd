import type { schema } from '@iron/db';
import type { HoldRequest } from './hold-request.ts';
import { RequestIdTakenError } from './limit-errors.ts';

/** The hold, if it is one of the same call. */
export function requireSame(hold: schema.Hold, request: HoldRequest): schema.Hold {
  const { tokens, requests, cost } = request.amounts;
  const isSame =
    hold.provider === request.provider &&
    hold.model === request.model &&
    hold.tokens === tokens &&
    hold.requests === requests &&
    hold.costNanos === cost;
  if (!isSame) throw new RequestIdTakenError(hold.requestId, 'its call is another one');
  return hold;
}

/** A call whose hold has expired may still be under way, and be settled: its request id can have no second call. */
export function requireUnfinished({ requestId, state, expiresAt }: schema.Hold, now: number): void {
  if (state === 'settled') throw new RequestIdTakenError(requestId, 'its call was settled');
  const isOver = state === 'expired' || (state === 'held' && expiresAt <= now);
  if (isOver) throw new RequestIdTakenError(requestId, 'its hold has expired, and its call may still be under way');
}

/** A hold belongs to whoever made it. */
export function requireSameCaller(
  { requestId, ...hold }: schema.Hold,
  { tokenId, userId, projectId }: HoldRequest,
): void {
  const isSame = hold.tokenId === tokenId && hold.userId === userId && hold.projectId === projectId;
  if (!isSame) throw new RequestIdTakenError(requestId, 'its call is another one');
}
