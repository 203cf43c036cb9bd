import { text } from '@iron/db';
import { DEFAULT_TTL_MS, ttlSchema } from '@iron/limits';
import { z } from 'zod';

const count = z.int().min(0);
const requestId = text(200);

export const holdOptionsSchema = z.object({ ttlMs: ttlSchema.default(DEFAULT_TTL_MS) });

export const authorizeSchema = z
  .strictObject({
    token: z.string(),
    provider: text(100),
    model: text(200),
    inputTokens: count,
    maxOutputTokens: count,
    audioTokens: count.default(0),
    requestId: requestId.optional(),
    ttlMs: ttlSchema.optional(),
  })
  // A call that is said to use nothing would be let through however much of its limits is used up.
  .refine(({ inputTokens, maxOutputTokens }) => isCountable(inputTokens + maxOutputTokens), {
    error: `inputTokens and maxOutputTokens must be 1 to ${Number.MAX_SAFE_INTEGER} together`,
  });

/**
 * A call that asks to be let through. `inputTokens` and `maxOutputTokens` are the most that it may use, at least one
 * token together.
 */
export type AuthorizeInput = z.input<typeof authorizeSchema>;

/** What a call really used; what the counts mean, see `UsageTracker.recordUsage`. */
export interface ActualUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  readonly audioTokens?: number;
  /** Default: 1. */
  readonly requestsCount?: number;
  /** Where the provider itself says what the call cost, in nano-dollars. Default: by the price list. */
  readonly costNanos?: number;
  /** Where another model answered than was asked for. */
  readonly model?: string;
}

export const requestIdSchema = z.strictObject({ requestId });

function isCountable(tokens: number): boolean {
  return tokens > 0 && Number.isSafeInteger(tokens);
}
