import { LARGEST_CALL } from '@iron/db';
import { z } from 'zod';
import { InvalidCountError, TotalsDoNotAddUpError } from '../usage-errors.ts';
import { cost, count, model, parseCall, pastTime, provider, requestId, tokenId } from '../usage-fields.ts';

/** What one call used, checked. Cached and cache-write tokens are part of the input, reasoning is part of the output. */
export interface Usage {
  readonly tokenId: number;
  /** The call's own id: recorded twice, it counts once. */
  readonly requestId: string | null;
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly audioTokens: number;
  /** Input and output together, and whatever else the provider counted. */
  readonly totalTokens: number;
  readonly requestsCount: number;
}

/** What a caller says about a call: its usage and, where the caller knows better, when it was and what it cost. */
export interface ReportedUsage extends Usage {
  readonly recordedAt: number | null;
  readonly costNanos: number | null;
}

/** A row of `token_usage` to be. Without a price both `costNanos` and `priceVersion` are null, which is not zero. */
export interface UsageRow extends Usage {
  readonly costNanos: number | null;
  readonly priceVersion: string | null;
  readonly recordedAt: number;
}

/** The price version of a row whose cost the caller gave. No price book changes it. */
export const GIVEN_PRICE = 'given';

/** Checks what `recordUsage` takes. */
export const recordUsageSchema = z.strictObject({
  tokenId,
  requestId: requestId.nullish().meta({ description: 'The call’s own id: recorded twice, it counts once' }),
  provider,
  model,
  inputTokens: count,
  outputTokens: count,
  totalTokens: count.optional().meta({ description: 'Default: input and output together' }),
  cachedInputTokens: count.default(0).meta({ description: 'A part of the input' }),
  cacheWriteTokens: count.default(0).meta({ description: 'A part of the input' }),
  reasoningTokens: count.default(0).meta({ description: 'A part of the output' }),
  audioTokens: count.default(0).meta({ description: 'A part of input and output' }),
  requestsCount: count.default(1),
  recordedAt: pastTime
    .optional()
    .meta({ description: 'When the call was, in milliseconds since the epoch. Default: now' }),
  costNanos: cost.optional().meta({ description: 'What it cost, where that is known better than by the prices' }),
});

/** What `recordUsage` takes. */
export type UsageInput = z.input<typeof recordUsageSchema>;

/**
 * Checks what a caller says about a call. Knows nothing of the database: the token may not exist.
 *
 * @throws {InvalidCountError} a count is negative, fractional or more than any call's
 * @throws {InvalidInputError} another field is missing, wrong or unknown
 * @throws {TotalsDoNotAddUpError} the counts contradict each other
 */
export function parseUsage(input: unknown): ReportedUsage {
  const given = parseCall('recordUsage', recordUsageSchema, input);
  const names = {
    tokenId: given.tokenId,
    requestId: given.requestId ?? null,
    provider: given.provider,
    model: given.model,
  };
  return reportedUsage(names, given);
}

/** Whose call it was, and of what. */
type CallNames = Pick<Usage, 'tokenId' | 'requestId' | 'provider' | 'model'>;
type GivenUsage = Omit<z.output<typeof recordUsageSchema>, keyof CallNames>;

/**
 * Makes the usage of a call of what was said about it. Each of it has been checked by itself; here it has to add up.
 *
 * @throws {InvalidCountError} there are more tokens in all than any call's
 * @throws {TotalsDoNotAddUpError} the counts contradict each other
 */
export function reportedUsage(names: CallNames, given: GivenUsage): ReportedUsage {
  // Field by field: this is on the path of every call, and takes half the time of spreading.
  const usage = {
    tokenId: names.tokenId,
    requestId: names.requestId,
    provider: names.provider,
    model: names.model,
    inputTokens: given.inputTokens,
    outputTokens: given.outputTokens,
    cachedInputTokens: given.cachedInputTokens,
    cacheWriteTokens: given.cacheWriteTokens,
    reasoningTokens: given.reasoningTokens,
    audioTokens: given.audioTokens,
    totalTokens: given.totalTokens ?? given.inputTokens + given.outputTokens,
    requestsCount: given.requestsCount,
    recordedAt: given.recordedAt ?? null,
    costNanos: given.costNanos ?? null,
  };
  requireToAddUp(usage);
  return usage;
}

function requireToAddUp(usage: Usage): void {
  const { inputTokens, outputTokens, totalTokens, reasoningTokens, audioTokens } = usage;
  const ofCache = usage.cachedInputTokens + usage.cacheWriteTokens;
  if (totalTokens > LARGEST_CALL.count) throw new InvalidCountError('totalTokens', totalTokens, LARGEST_CALL.count);
  if (totalTokens < inputTokens + outputTokens) {
    throw new TotalsDoNotAddUpError(
      `${inputTokens} input and ${outputTokens} output tokens are not in a total of ${totalTokens}`,
      'Leave `totalTokens` out to have input and output added up.',
    );
  }
  if (ofCache > inputTokens) {
    throw new TotalsDoNotAddUpError(
      `${ofCache} cached and cache-write tokens are more than the ${inputTokens} input tokens, which include them`,
      'Where a provider counts them beside the input (Anthropic does), add them to `inputTokens`.',
    );
  }
  if (reasoningTokens > outputTokens) {
    throw new TotalsDoNotAddUpError(
      `${reasoningTokens} reasoning tokens are more than the ${outputTokens} output tokens, which include them`,
      'Where a provider counts them beside the output (Gemini does), add them to `outputTokens`.',
    );
  }
  if (audioTokens > inputTokens + outputTokens) {
    throw new TotalsDoNotAddUpError(
      `${audioTokens} audio tokens are more than the ${inputTokens + outputTokens} tokens of input and output`,
      'Audio tokens are part of the input or the output.',
    );
  }
}
