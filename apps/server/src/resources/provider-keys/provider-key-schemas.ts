import { assignmentSchema, keyFieldsSchema, listKeysSchema, setBalanceSchema, setBaseUrlSchema } from '@iron/tokens';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

export const providerKeySchema = z
  .strictObject({
    id: rowId,
    provider: z.string(),
    maskedKey: z.string().meta({ description: 'Its first three and last four characters; of a short key none' }),
    userId: z.string().meta({ description: 'Whose key it is' }),
    baseUrl: z.string().nullable().meta({ description: 'Where to call the provider; null: at its usual address' }),
    description: z.string().nullable(),
    isEnabled: z.boolean(),
    balanceNanos: z.int().nullable().meta({
      description: 'What is left of it with the provider, in nano-dollars; below zero: overdrawn; null: nobody said',
    }),
    balanceUpdatedAt: time.nullable(),
    masterKeyId: z.string().meta({ description: 'The fingerprint of the master key that it is encrypted under' }),
    createdAt: time,
    lastUsedAt: time.nullable().meta({ description: 'Up to a minute behind; null: never used' }),
  })
  .meta({ id: 'ProviderKey' });

export const providerKeyPage = page(providerKeySchema);

export const providerKeyParams = z.strictObject({ keyId: rowId });
export const assignmentParams = assignmentSchema.omit({ actor: true }).extend({ keyId: rowId });

export const addKeyBody = keyFieldsSchema.omit({ actor: true }).extend({
  userId: keyFieldsSchema.shape.userId.optional().meta({ description: 'Whose key it is. Default: yours' }),
});
export const listKeysQuery = listKeysSchema;
export const setBalanceBody = setBalanceSchema.omit({ keyId: true, actor: true });
export const setBaseUrlBody = setBaseUrlSchema.omit({ keyId: true, actor: true });
