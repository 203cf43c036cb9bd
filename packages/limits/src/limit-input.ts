import { actorSchema, pageSchema, text } from '@iron/db';
import { z } from 'zod';

const amount = z.int().min(0);
const maximum = amount.nullable();
const limitId = z.int().min(1);
const whose = {
  userId: text(500),
  /** Default: `null`, in no project; of a limit: all that the user does. */
  projectId: text(500).nullable().default(null),
};
const actor = actorSchema.optional();

/** How long a hold may last if nobody ends it, in milliseconds: up to a day. */
export const ttlSchema = z.int().min(1).max(86_400_000);
/** A quarter of an hour: longer than calls take. */
export const DEFAULT_TTL_MS = 900_000;

export const createLimitSchema = z.strictObject({
  ...whose,
  /** Of each dimension the most that there may be in a window. `null`, the default: counted, but not limited. */
  maxTokensPerDay: maximum.default(null),
  maxRequestsPerMinute: maximum.default(null),
  maxCostNanosPerMonth: maximum.default(null),
  /** Where its days and months begin, by its name in the IANA database. Default: UTC. */
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
  /** Names the call. Default: a new one is made. */
  requestId: requestId.optional(),
  /** How long the hold lasts if nobody ends the call, in milliseconds, at most a day. */
  ttlMs: ttlSchema.default(DEFAULT_TTL_MS),
});

export const settleSchema = z.strictObject({ requestId, ...amounts });
export const releaseSchema = z.strictObject({ requestId, reason: text(500).nullable().default(null) });

export const sweepSchema = z.strictObject({
  /** How long a hold that has ended is kept, in milliseconds. */
  keepEndedMs: z.int().min(0).default(3_600_000),
  /** How many holds one commit gives back or forgets. */
  batchSize: z.int().min(1).max(10_000).default(500),
});

/** Whose limit, and of what there may be how much. */
export type CreateLimitInput = z.input<typeof createLimitSchema>;
/** What to change of a limit; `null` takes a maximum away. */
export type UpdateLimitInput = z.input<typeof updateLimitSchema>;
/** Which limit to delete. */
export type DeleteLimitInput = z.input<typeof deleteLimitSchema>;
/** Which limits to list. */
export type ListLimitsInput = z.input<typeof listLimitsSchema>;
/** Who makes a call, and in which project. */
export type CallInput = z.input<typeof callSchema>;
/** Who would use how many tokens. */
export type TokensCheckInput = z.input<typeof tokensCheckSchema>;
/** Who would make how many requests; one by default. */
export type RequestCheckInput = z.input<typeof requestCheckSchema>;
/** Who would spend how many nano-dollars. */
export type CostCheckInput = z.input<typeof costCheckSchema>;
/** A call, and the most that it can use. */
export type HoldInput = z.input<typeof holdSchema>;
/** What a call really used. */
export type SettleInput = z.input<typeof settleSchema>;
/** Which call to give back. */
export type ReleaseInput = z.input<typeof releaseSchema>;
/** How to sweep. */
export type SweepInput = z.input<typeof sweepSchema>;
