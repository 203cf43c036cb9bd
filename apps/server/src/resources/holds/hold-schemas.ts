import { actualUsageSchema, authorizeSchema } from '@iron/admission';
import { schema } from '@iron/db';
import { listHoldsSchema, releaseSchema, requestIdSchema } from '@iron/limits';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

const requestId = z.string().meta({ description: 'Names the call' });
const expiresAt = time.meta({
  description: 'When it lapses if nobody ends the call. Milliseconds since the epoch, UTC',
});

const held = z
  .strictObject({ tokens: z.int(), requests: z.int(), costNanos: z.int() })
  .meta({ description: 'The most that the call may use, in tokens, requests and nano-dollars' });

export const admissionSchema = z
  .strictObject({
    requestId,
    isNew: z.boolean().meta({ description: 'false: the same request id was let through before, and it is that call' }),
    expiresAt,
    held,
    token: z
      .strictObject({
        tokenId: rowId,
        userId: z.string(),
        projectId: z.string().nullable(),
        agentId: rowId.nullable(),
        allowedProviders: z.array(z.string()).nullable().meta({ description: 'null: any' }),
      })
      .meta({ description: 'Whose call it is' }),
  })
  .meta({ id: 'Admission' });

export const holdSchema = z
  .strictObject({
    requestId,
    state: z.enum(schema.HOLD_STATES),
    tokenId: rowId.nullable().meta({ description: 'null: it was deleted, or there was none' }),
    userId: z.string(),
    projectId: z.string().nullable(),
    provider: z.string().nullable().meta({ description: 'null: not held for a call to a provider' }),
    model: z.string().nullable(),
    held,
    heldAt: time,
    expiresAt,
    endedAt: time.nullable(),
    endReason: z.string().nullable().meta({ description: 'Why it was released, if somebody said so' }),
  })
  .meta({ id: 'Hold' });

export const holdPage = page(holdSchema);

export const settlementSchema = z
  .strictObject({
    requestId,
    usageId: rowId
      .nullable()
      .meta({ description: 'The usage record; null: the token was deleted, and its usage with it' }),
    settled: z.boolean().meta({ description: 'Whether this settled it; false: it was settled before' }),
    costNanos: z
      .int()
      .nullable()
      .meta({ description: 'Nano-dollars; null: the price is not known, which is not zero' }),
    priceVersion: z.string().nullable(),
  })
  .meta({ id: 'Settlement' });

export const releasedSchema = z.strictObject({
  requestId,
  released: z.boolean().meta({ description: 'Whether this gave it back; false: the call has ended before' }),
});

export const holdParams = requestIdSchema;
export const createHoldBody = authorizeSchema.refine(({ requestId: id }) => id !== '.' && id !== '..', {
  path: ['requestId'],
  error: 'could not be part of a path',
});
export const settleHoldBody = actualUsageSchema;
export const releaseHoldBody = releaseSchema.omit({ requestId: true });
export const listHoldsQuery = listHoldsSchema;
