import { callSchema, createLimitSchema, DIMENSIONS, listLimitsSchema, updateLimitSchema } from '@iron/limits';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

const maximum = z.int().nullable();

export const limitStateSchema = z
  .strictObject({
    limitId: rowId,
    userId: z.string(),
    projectId: z.string().nullable().meta({ description: 'null: all that the user does' }),
    dimension: z.enum(DIMENSIONS).meta({ description: 'Tokens a day, requests a minute, nano-dollars a month' }),
    max: z.int(),
    settled: z.int().meta({ description: 'What calls have used' }),
    held: z.int().meta({ description: 'What calls under way may still use' }),
    overage: z.int().meta({
      description: 'Used beyond the limit: billed beyond what was held, or from before the limit was lowered',
    }),
    left: z.int(),
    windowStartedAt: time,
    resetsAt: time.meta({ description: 'When the next window begins. Milliseconds since the epoch, UTC' }),
  })
  .meta({ id: 'LimitState' });

export const limitRefusalSchema = limitStateSchema
  .extend({ requested: z.int().meta({ description: 'What the call asked for' }) })
  .meta({ id: 'LimitRefusal' });

export const limitSchema = z
  .strictObject({
    id: rowId,
    userId: z.string(),
    projectId: z.string().nullable().meta({ description: 'null: all that the user does' }),
    timeZone: z.string().meta({ description: 'Where its days and months begin' }),
    maxTokensPerDay: maximum,
    maxRequestsPerMinute: maximum,
    maxCostNanosPerMonth: maximum,
    createdAt: time,
    updatedAt: time,
    states: z.array(limitStateSchema).meta({ description: 'How full it is now, of each dimension that it limits' }),
  })
  .meta({ id: 'Limit' });

export const limitPage = page(limitSchema);
export const limitStatesSchema = z.strictObject({ states: z.array(limitStateSchema) });

export const heldVerificationSchema = z.strictObject({
  drifts: z
    .array(
      z.strictObject({
        limitId: rowId,
        dimension: z.enum(DIMENSIONS),
        counted: z.int().meta({ description: 'What the limit says is held' }),
        holds: z.int().meta({ description: 'What its open holds add up to' }),
      }),
    )
    .meta({ description: 'Each counter that is wrong; none: all is well' }),
});

export const limitParams = z.strictObject({ limitId: rowId });
export const createLimitBody = createLimitSchema.omit({ actor: true });
export const updateLimitBody = updateLimitSchema.omit({ limitId: true, actor: true });
export const listLimitsQuery = listLimitsSchema;
export const limitStatesQuery = z.strictObject({
  userId: callSchema.shape.userId.optional().meta({ description: 'Default: you' }),
  projectId: callSchema.shape.projectId
    .unwrap()
    .optional()
    .meta({ description: 'Default: the project of the token, where you ask about yourself; or else none' }),
});
