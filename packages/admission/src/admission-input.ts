import { LARGEST_CALL, text } from '@iron/db';
import { DEFAULT_TTL_MS, requestIdSchema, ttlSchema } from '@iron/limits';
import { countSchema, recordUsageSchema } from '@iron/usage';
import { z } from 'zod';

export const holdOptionsSchema = z.object({ ttlMs: ttlSchema.default(DEFAULT_TTL_MS) });

/** Checks what `authorize` takes. */
export const authorizeSchema = z
  .strictObject({
    token: z.string().meta({ description: 'The token of whoever makes the call' }),
    provider: text(100),
    model: text(200),
    inputTokens: countSchema.meta({ description: 'The most that the call may have of input' }),
    maxOutputTokens: countSchema.meta({ description: 'The most that it may have of output' }),
    audioTokens: countSchema.default(0).meta({ description: 'How many tokens of input and output may be audio' }),
    requestId: requestIdSchema.shape.requestId.optional(),
    ttlMs: ttlSchema.optional(),
  })
  // A call that is said to use nothing would be let through however much of its limits is used up.
  .refine(({ inputTokens, maxOutputTokens }) => isCountable(inputTokens + maxOutputTokens), {
    error: `inputTokens and maxOutputTokens must be 1 to ${LARGEST_CALL.count} together`,
  });

/**
 * A call that asks to be let through. `inputTokens` and `maxOutputTokens` are the most that it may use, at least one
 * token together.
 */
export type AuthorizeInput = z.input<typeof authorizeSchema>;

/** Checks what a call really used. */
export const actualUsageSchema = recordUsageSchema
  .omit({ tokenId: true, requestId: true, provider: true, recordedAt: true })
  .extend({
    model: recordUsageSchema.shape.model
      .optional()
      .meta({ description: 'Where another model answered than was asked for' }),
  });

/** What a call really used; what the counts mean, see `UsageTracker.recordUsage`. */
export type ActualUsage = Readonly<z.input<typeof actualUsageSchema>>;

/** Whose calls somebody may have let through, and end. */
export interface CallBounds {
  /** Those of this user alone: a token of another one is as good as none, and so is a hold. Default: anybody's. */
  readonly ofUser?: string | undefined;
}

function isCountable(tokens: number): boolean {
  return tokens > 0 && tokens <= LARGEST_CALL.count;
}
