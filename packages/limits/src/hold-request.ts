import type { schema } from '@iron/db';
import type { Amounts } from './counter.ts';

/** A call that asks for room, or has it. */
export interface HoldRequest {
  /** Names the hold; asked for again, it gives the same hold. `null`: a new one is made. */
  readonly requestId: string | null;
  readonly tokenId: number | null;
  readonly userId: string;
  readonly projectId: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly amounts: Amounts;
  /** How long it lasts if nobody ends it, in milliseconds. */
  readonly ttlMs: number;
}

/** How many ended holds were forgotten, and after which id there may be more, if there may. */
export interface Forgotten {
  readonly count: number;
  readonly goesOnAfter: number | null;
}

/** How a hold ends. */
export type HoldEnd =
  | { readonly state: 'settled' | 'expired'; readonly reason?: undefined }
  | { readonly state: 'released'; readonly reason: string | null };

/** A call whose hold has a name. */
export type NamedHoldRequest = HoldRequest & { readonly requestId: string };

/** The hold that a request makes at `now`. */
export function newHold(id: number, request: NamedHoldRequest, now: number): schema.Hold {
  const { amounts } = request;
  return {
    id,
    requestId: request.requestId,
    tokenId: request.tokenId,
    userId: request.userId,
    projectId: request.projectId,
    provider: request.provider,
    model: request.model,
    state: 'held',
    tokens: amounts.tokens,
    requests: amounts.requests,
    costNanos: amounts.cost,
    heldAt: now,
    expiresAt: now + request.ttlMs,
    endedAt: null,
    endReason: null,
  };
}
