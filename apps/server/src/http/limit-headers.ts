import type { LimitExceededError, LimitState } from '@iron/limits';
import type { Call } from './endpoint.ts';

/** The headers that say how full limits are, for the document. */
export const LIMIT_HEADERS = {
  'RateLimit-Policy': 'Each limit that applies: its name, its size (q), what it counts (qu), its window in seconds (w)',
  RateLimit: 'Of each of these what is left (r), and in how many seconds its window begins anew (t)',
} as const;

/** `requests` and what the draft does not know. A unit that a client does not know, it does not take for requests. */
const UNITS = { tokens: 'tokens', requests: 'requests', cost: 'nano-usd' } as const;

/** RFC 9651, section 3.3.1: integers of structured fields have at most 15 digits. There is at least so much. */
const LARGEST_INTEGER = 999_999_999_999_999;

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): one item a dimension of a limit, named
 * `<limit id>-<dimension>`; what is left, and in how many seconds the window begins anew.
 */
export function limitHeaders(states: readonly LimitState[], now: number): Record<string, string> {
  if (states.length === 0) return {};
  return {
    'ratelimit-policy': states.map(policyOf).join(', '),
    ratelimit: states.map((state) => serviceLimitOf(state, now)).join(', '),
  };
}

/** Adds {@link limitHeaders} to an answer. */
export function sayLimits(
  { setHeader, services }: Pick<Call<unknown, unknown, unknown>, 'setHeader' | 'services'>,
  states: readonly LimitState[],
): void {
  for (const [name, value] of Object.entries(limitHeaders(states, services.now()))) setHeader(name, value);
}

/**
 * Until every limit that had no room begins anew; `null`: it is larger than a limit, so that waiting is of no use.
 */
export function retryAfterSeconds({ refusals }: Pick<LimitExceededError, 'refusals'>, now: number): number | null {
  if (refusals.some(({ requested, max }) => requested > max)) return null;
  return Math.max(1, ...refusals.map(({ resetsAt }) => secondsUntil(resetsAt, now)));
}

function policyOf(state: LimitState): string {
  const window = Math.round((state.resetsAt - state.windowStartedAt) / 1_000);
  return `"${nameOf(state)}";q=${integer(state.max)};qu="${UNITS[state.dimension]}";w=${window}`;
}

function serviceLimitOf(state: LimitState, now: number): string {
  return `"${nameOf(state)}";r=${integer(state.left)};t=${secondsUntil(state.resetsAt, now)}`;
}

function nameOf({ limitId, dimension }: LimitState): string {
  return `${limitId}-${dimension}`;
}

function integer(count: number): number {
  return Math.min(count, LARGEST_INTEGER);
}

function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1_000));
}
