import type { UsageSums } from '@iron/usage';
import { z } from 'zod';

/** A sum as a text of digits: JSON's numbers are not exact beyond 2^53. */
export const sum = z.string().regex(/^-?\d+$/);

export const sumFields = {
  requests: sum,
  inputTokens: sum.meta({ description: 'Cached and cache-write tokens are parts of it' }),
  outputTokens: sum.meta({ description: 'Reasoning tokens are a part of it' }),
  cachedInputTokens: sum,
  cacheWriteTokens: sum,
  reasoningTokens: sum,
  audioTokens: sum,
  totalTokens: sum,
  costNanos: sum.meta({ description: 'Nano-dollars, of what has a price' }),
  unpricedRequests: sum.meta({ description: 'Requests whose price is not known: their cost is not in `costNanos`' }),
};

type SumTexts = Record<keyof UsageSums, string>;

/** The sums as they are answered. */
export function textsOf(sums: UsageSums): SumTexts {
  return {
    requests: String(sums.requests),
    inputTokens: String(sums.inputTokens),
    outputTokens: String(sums.outputTokens),
    cachedInputTokens: String(sums.cachedInputTokens),
    cacheWriteTokens: String(sums.cacheWriteTokens),
    reasoningTokens: String(sums.reasoningTokens),
    audioTokens: String(sums.audioTokens),
    totalTokens: String(sums.totalTokens),
    costNanos: String(sums.costNanos),
    unpricedRequests: String(sums.unpricedRequests),
  };
}

/** The sums of what was not used. */
export const NO_USAGE: SumTexts = textsOf({
  requests: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  cachedInputTokens: 0n,
  cacheWriteTokens: 0n,
  reasoningTokens: 0n,
  audioTokens: 0n,
  totalTokens: 0n,
  costNanos: 0n,
  unpricedRequests: 0n,
});
