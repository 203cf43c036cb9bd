import { actorSchema, pageSchema, text } from '@iron/db';
import { z } from 'zod';

const amount = z.int().min(0);
const maximum = amount.nullable();
const limitId = z.int().min(1);
const whose = { userId: text(500), projectId: text(500).nullable().default(null) };
const actor = actorSchema.optional();

/** A quarter of an hour: longer than calls take. */
const DEFAULT_TTL_MS = 900_000;
const LONGEST_TTL_MS = 86_400_000;

export const createLimitSchema = z.strictObject({
  ...whose,
  maxTokensPerDay: maximum.default(null),
  maxRequestsPerMinute: maximum.default(null),
  maxCostNanosPerMonth: maximum.default(null),
  timeZone: text(64).default('UTC'),
  actor,
});

export const updateLimitSchema = z.strictObject({
  limitId,
  maxTokensPerDay: maximum.optional(),
  maxRequestsPerMinute: maximum.optional(),
  maxCostNanosPerMonth: maximum.optional(),
  timeZone: text(64).optional(),
  actor,
});

export const limitIdSchema = z.strictObject({ limitId });
export const deleteLimitSchema = z.strictObject({ limitId, actor });

export const listLimitsSchema = z.strictObject({
  userId: text(500).optional(),
  projectId: text(500).optional(),
  ...pageSchema,
});

export const callSchema = z.strictObject(whose);
export const tokensCheckSchema = z.strictObject({ ...whose, tokens: amount });
export const requestCheckSchema = z.strictObject({ ...whose, requests: amount.default(1) });
export const costCheckSchema = z.strictObject({ ...whose, costNanos: amount });

const amounts = { tokens: amount, requests: amount.default(1), costNanos: amount };
const requestId = text(200);

export const holdSchema = z.strictObject({
  ...whose,
  ...amounts,
  requestId: requestId.optional(),
  tokenId: z.int().nullable().default(null),
  provider: text(100).nullable().default(null),
  model: text(200).nullable().default(null),
  ttlMs: z.int().min(1).max(LONGEST_TTL_MS).default(DEFAULT_TTL_MS),
});

export const settleSchema = z.strictObject({ requestId, ...amounts });
export const releaseSchema = z.strictObject({ requestId });

export const sweepSchema = z.strictObject({
  keepEndedMs: z.int().min(0).default(3_600_000),
  batchSize: z.int().min(1).max(10_000).default(500),
});

export type CreateLimitInput = z.input<typeof createLimitSchema>;
export type UpdateLimitInput = z.input<typeof updateLimitSchema>;
export type DeleteLimitInput = z.input<typeof deleteLimitSchema>;
export type ListLimitsInput = z.input<typeof listLimitsSchema>;
export type CallInput = z.input<typeof callSchema>;
export type TokensCheckInput = z.input<typeof tokensCheckSchema>;
export type RequestCheckInput = z.input<typeof requestCheckSchema>;
export type CostCheckInput = z.input<typeof costCheckSchema>;
export type HoldInput = z.input<typeof holdSchema>;
export type SettleInput = z.input<typeof settleSchema>;
export type ReleaseInput = z.input<typeof releaseSchema>;
export type SweepInput = z.input<typeof sweepSchema>;
