import type { CreateLimitInput } from '@iron/limits';
import type { Maxima } from '../history/operation.ts';

interface LimitOfUser {
  readonly userId: string;
  readonly timeZone: string;
  readonly maxima: Maxima;
}

/** Whose calls are limited, and by how much at first. */
export const LIMITS: readonly [LimitOfUser, ...LimitOfUser[]] = [
  { userId: 'ann', timeZone: 'UTC', maxima: { tokens: 20_000, requests: 300, cost: 60_000_000 } },
  { userId: 'ben', timeZone: 'Europe/Berlin', maxima: { tokens: null, requests: 40, cost: null } },
  { userId: 'cleo', timeZone: 'Asia/Kolkata', maxima: { tokens: 3_000, requests: null, cost: null } },
];

/** As limits are made and changed. */
export function maximaInput({
  tokens,
  requests,
  cost,
}: Maxima): Required<Pick<CreateLimitInput, 'maxTokensPerDay' | 'maxRequestsPerMinute' | 'maxCostNanosPerMonth'>> {
  return { maxTokensPerDay: tokens, maxRequestsPerMinute: requests, maxCostNanosPerMonth: cost };
}
