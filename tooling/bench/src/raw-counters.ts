import type { schema } from '@iron/db';
import { CALL } from './call.ts';

/** Where the windows of now began. */
export interface Windows {
  readonly day: number;
  readonly minute: number;
  readonly month: number;
}

export function windowsAt(now: number): Windows {
  const date = new Date(now);
  const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  return { day: now - (now % 86_400_000), minute: now - (now % 60_000), month };
}

/** Changes a row by what a call holds. */
export function takeFrom(limit: schema.UsageLimit, { day, minute, month }: Windows): void {
  const { tokens, requests, costNanos } = CALL.held;
  const isDay = limit.tokensWindowStartedAt === day;
  const isMinute = limit.requestsWindowStartedAt === minute;
  const isMonth = limit.costWindowStartedAt === month;
  const tokensSettled = isDay ? limit.tokensSettled : 0;
  const tokensHeld = (isDay ? limit.tokensHeld : 0) + tokens;
  const requestsSettled = isMinute ? limit.requestsSettled : 0;
  const requestsHeld = (isMinute ? limit.requestsHeld : 0) + requests;
  const costSettledNanos = isMonth ? limit.costSettledNanos : 0;
  const costHeldNanos = (isMonth ? limit.costHeldNanos : 0) + costNanos;
  const hasRoom =
    tokensSettled + tokensHeld <= (limit.maxTokensPerDay ?? Infinity) &&
    requestsSettled + requestsHeld <= (limit.maxRequestsPerMinute ?? Infinity) &&
    costSettledNanos + costHeldNanos <= (limit.maxCostNanosPerMonth ?? Infinity);
  if (!hasRoom) throw new Error('no room');
  limit.tokensWindowStartedAt = day;
  limit.tokensSettled = tokensSettled;
  limit.tokensHeld = tokensHeld;
  limit.tokensOverage = 0;
  limit.requestsWindowStartedAt = minute;
  limit.requestsSettled = requestsSettled;
  limit.requestsHeld = requestsHeld;
  limit.requestsOverage = 0;
  limit.costWindowStartedAt = month;
  limit.costSettledNanos = costSettledNanos;
  limit.costHeldNanos = costHeldNanos;
  limit.costOverageNanos = 0;
}

/** Changes a row by what a call has used instead of what it held, in the windows that it was held in. */
export function giveBack(limit: schema.UsageLimit, windows: schema.HoldLimit, held: schema.Hold): void {
  const { tokens, requests, costNanos } = CALL.billed;
  if (limit.tokensWindowStartedAt === windows.tokensWindowStartedAt) {
    limit.tokensSettled += tokens;
    limit.tokensHeld -= held.tokens;
  }
  if (limit.requestsWindowStartedAt === windows.requestsWindowStartedAt) {
    limit.requestsSettled += requests;
    limit.requestsHeld -= held.requests;
  }
  if (limit.costWindowStartedAt === windows.costWindowStartedAt) {
    limit.costSettledNanos += costNanos;
    limit.costHeldNanos -= held.costNanos;
  }
}

/** The columns that a call changes, in the order of the statement that saves them. */
export function countsOf(limit: schema.UsageLimit): number[] {
  return [
    limit.tokensWindowStartedAt,
    limit.tokensSettled,
    limit.tokensHeld,
    limit.tokensOverage,
    limit.requestsWindowStartedAt,
    limit.requestsSettled,
    limit.requestsHeld,
    limit.requestsOverage,
    limit.costWindowStartedAt,
    limit.costSettledNanos,
    limit.costHeldNanos,
    limit.costOverageNanos,
  ];
}
