import {
  exportUsageSchema,
  listUsageSchema,
  recordUsageSchema,
  reportSchema,
  repriceSchema,
  unpricedSchema,
} from '@iron/usage';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';
import { limitStateSchema } from '../limits/limit-schemas.ts';
import { sum, sumFields } from './usage-sums.ts';

const costNanos = z.int().nullable().meta({ description: 'Nano-dollars; null: the model has no known price' });
const priceVersion = z
  .string()
  .nullable()
  .meta({ description: 'Of the prices that it was billed by; `given`: the cost was said by who recorded it' });
const requestId = z.string().nullable();
const projectId = z.string().nullable();

export const tokenUsageSchema = z
  .strictObject({
    tokenId: rowId,
    userId: z.string(),
    projectId,
    name: z.string().nullable(),
    from: time.meta({ description: 'Milliseconds since the epoch, UTC; 0: all there is' }),
    to: time.nullable().meta({ description: 'null: until now' }),
    usage: z.strictObject(sumFields),
    limits: z
      .array(limitStateSchema)
      .meta({ description: 'Every limit that applies to the token, and how full it is' }),
  })
  .meta({ id: 'TokenUsage' });

export const recordedUsageSchema = z.strictObject({ usageId: rowId, requestId, costNanos, priceVersion });

const usageLineSchema = z
  .strictObject({
    id: rowId,
    tokenId: rowId,
    userId: z.string(),
    projectId,
    agentId: z.int().nullable(),
    requestId,
    provider: z.string(),
    model: z.string(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    cachedInputTokens: z.int(),
    cacheWriteTokens: z.int(),
    reasoningTokens: z.int(),
    audioTokens: z.int(),
    totalTokens: z.int(),
    requestsCount: z.int(),
    costNanos,
    priceVersion,
    recordedAt: time,
  })
  .meta({ id: 'Usage' });

export const usagePage = page(usageLineSchema);

const reportRowSchema = z
  .strictObject({
    period: z
      .strictObject({
        start: time,
        end: time,
        label: z.string().meta({ description: '`2026-03`, `2026-03-29` or `2026-03-29T03:00+02:00`' }),
      })
      .nullable()
      .meta({ description: 'null where no `interval` was asked for' }),
    tokenId: rowId.optional(),
    userId: z.string().optional(),
    projectId: projectId.optional().meta({ description: 'null: in no project' }),
    agentId: z.int().nullable().optional().meta({ description: 'null: of no agent' }),
    provider: z.string().optional(),
    model: z.string().optional(),
    ...sumFields,
  })
  .meta({ id: 'UsageReportRow' });

export const reportPage = page(reportRowSchema);

export const unpricedPage = page(
  z
    .strictObject({
      provider: z.string(),
      model: z.string(),
      rows: z.int().meta({ description: 'How many usage records have no price' }),
      firstAt: time,
      lastAt: time,
    })
    .meta({ id: 'UnpricedModel' }),
);

export const repricedSchema = z.strictObject({
  rows: z.int().meta({ description: 'Records that were looked at' }),
  priced: z.int().meta({ description: 'Records that have another price, or one at all, since' }),
  unpriced: z.int().meta({ description: 'Records that have no price still' }),
  costChangeNanos: sum.meta({ description: 'By how many nano-dollars the cost of all has changed' }),
});

export const totalsVerificationSchema = z.strictObject({
  days: z.int().meta({ description: 'How many days were looked at' }),
  drifted: z.int().meta({ description: 'How many sums are wrong; 0: all is well' }),
  drifts: z
    .array(
      z.strictObject({
        table: z.string(),
        start: time.meta({ description: 'When its day or quarter of an hour starts' }),
        subject: z.string().meta({ description: '`token 7`, `openai gpt-4o`' }),
        column: z.string(),
        kept: sum.meta({ description: 'What the sum says' }),
        derived: sum.meta({ description: 'What the records add up to' }),
      }),
    )
    .meta({ description: 'The first hundred of them' }),
});

export const tokenUsageQuery = reportSchema.pick({ from: true, to: true });
export const recordUsageBody = recordUsageSchema;
export const listUsageQuery = listUsageSchema;
export const reportUsageQuery = reportSchema;
export const exportUsageQuery = exportUsageSchema;
export const unpricedQuery = unpricedSchema;
export const repriceUsageBody = repriceSchema.omit({ actor: true });
