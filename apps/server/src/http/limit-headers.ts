import type { LimitExceededError, LimitState } from '@iron/limits';

const UNITS = { tokens: 'tokens', requests: 'requests', cost: 'nano-usd' } as const;

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): one item a dimension of a limit, named
 * `<limit id>-<dimension>`; what is left, and in how many seconds the window begins anew.
 */
export function limitHeaders(states: readonly LimitState[], now: number): Record<string, string> {
  if (states.length === 0) return {};
  return {
    'ratelimit-policy': states.map(policyOf).join(', '),
    ratelimit: states
      .map((state) => `"${nameOf(state)}";r=${state.left};t=${secondsUntil(state.resetsAt, now)}`)
      .join(', '),
  };
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
  return `"${nameOf(state)}";q=${state.max};qu="${UNITS[state.dimension]}";w=${window}`;
}

function nameOf({ limitId, dimension }: LimitState): string {
  return `${limitId}-${dimension}`;
}

function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1_000));
}
