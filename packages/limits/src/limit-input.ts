import { actorSchema, LARGEST_CALL, pageSchema, schema, text } from '@iron/db';
import { z } from 'zod';

const NOT_LIMITED = 'null: counted, but not limited';
const amount = z.int().min(0);
/** Of what a call uses. */
const count = amount.max(LARGEST_CALL.count);
const cost = amount.max(LARGEST_CALL.costNanos);
/** Of each dimension the most that there may be in a window. */
const maxima = {
  maxTokensPerDay: amount.nullable().meta({ description: NOT_LIMITED }),
  maxRequestsPerMinute: amount.nullable().meta({ description: NOT_LIMITED }),
  maxCostNanosPerMonth: amount.nullable().meta({ description: `Nano-dollars (1 USD = 10^9). ${NOT_LIMITED}` }),
};
const timeZone = text(64).meta({
  description: 'Where its days and months begin, by its name in the IANA database: Europe/Berlin',
});
const limitId = z.int().min(1);
const whose = {
  userId: text(500),
  projectId: text(500)
    .nullable()
    .default(null)
    .meta({ description: 'null: in no project; of a limit: all that the user does' }),
};
const actor = actorSchema.optional();

/** How long a hold may last if nobody ends it, in milliseconds: up to a day. */
export const ttlSchema = z
  .int()
  .min(1)
  .max(86_400_000)
  .meta({ description: 'How long the hold lasts if nobody ends the call, in milliseconds, at most a day' });
/** A quarter of an hour: longer than calls take. */
export const DEFAULT_TTL_MS = 900_000;

/** Checks a {@link CreateLimitInput}. */
export const createLimitSchema = z.strictObject({
  ...whose,
  maxTokensPerDay: maxima.maxTokensPerDay.default(null),
  maxRequestsPerMinute: maxima.maxRequestsPerMinute.default(null),
  maxCostNanosPerMonth: maxima.maxCostNanosPerMonth.default(null),
  timeZone: timeZone.default('UTC'),
  actor,
});

/** Checks an {@link UpdateLimitInput}. */
export const updateLimitSchema = z.strictObject({
  limitId,
  maxTokensPerDay: maxima.maxTokensPerDay.optional(),
  maxRequestsPerMinute: maxima.maxRequestsPerMinute.optional(),
  maxCostNanosPerMonth: maxima.maxCostNanosPerMonth.optional(),
  timeZone: timeZone.optional(),
  actor,
});

export const limitIdSchema = z.strictObject({ limitId });
export const deleteLimitSchema = z.strictObject({ limitId, actor });

/** Checks a {@link ListLimitsInput}. */
export const listLimitsSchema = z.strictObject({
  userId: text(500).optional(),
  projectId: text(500).optional(),
  ...pageSchema,
});

/** Checks a {@link CallInput}. */
export const callSchema = z.strictObject(whose);
export const tokensCheckSchema = z.strictObject({ ...whose, tokens: count });
export const requestCheckSchema = z.strictObject({ ...whose, requests: count.default(1) });
export const costCheckSchema = z.strictObject({ ...whose, costNanos: cost });

const amounts = { tokens: count, requests: count.default(1), costNanos: cost };
const requestId = text(200).meta({ description: 'Names the call: the same id is the same call' });

/** Which call, by its name. */
export const requestIdSchema = z.strictObject({ requestId });

export const holdSchema = z.strictObject({
  ...whose,
  ...amounts,
  requestId: requestId.optional(),
  ttlMs: ttlSchema.default(DEFAULT_TTL_MS),
});

export const settleSchema = z.strictObject({ requestId, ...amounts });
/** Checks a {@link ReleaseInput}. */
export const releaseSchema = z.strictObject({
  requestId,
  reason: text(500).nullable().default(null).meta({ description: 'Kept with the hold until it is forgotten' }),
});

/** Checks a {@link ListHoldsInput}. */
export const listHoldsSchema = z.strictObject({
  state: z.enum(schema.HOLD_STATES).default('held').meta({ description: 'held: of calls under way' }),
  userId: text(500).optional(),
  projectId: text(500).optional(),
  ...pageSchema,
});

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
/** Which holds to list. */
export type ListHoldsInput = z.input<typeof listHoldsSchema>;
/** How to sweep. */
export type SweepInput = z.input<typeof sweepSchema>;
