import {
  createTokenSchema,
  importTokenHashSchema,
  listTokensSchema,
  revokeTokenSchema,
  rotateTokenSchema,
  TOKEN_STATES,
  updateTokenSchema,
} from '@iron/tokens';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

export const tokenSchema = z
  .strictObject({
    id: rowId,
    userId: z.string().meta({ description: 'The owner, who need not have an account' }),
    projectId: z.string().nullable(),
    name: z.string().nullable(),
    scopes: z.array(z.string()),
    agentId: z.int().nullable(),
    provider: z.string().nullable().meta({ description: 'The only provider that it may use; null: any' }),
    state: z.enum(TOKEN_STATES),
    createdAt: time,
    lastUsedAt: time.nullable().meta({ description: 'Up to a minute behind; null: never used' }),
    expiresAt: time.nullable().meta({ description: 'The first moment at which it does not work any more' }),
    revokedAt: time.nullable(),
    revokedReason: z.string().nullable(),
    rotatedFromId: z.int().nullable().meta({ description: 'The token that it replaces' }),
  })
  .meta({ id: 'Token' });

const secret = z.string().meta({ description: 'The token itself. It is shown this once and kept nowhere' });

export const createdTokenSchema = z.strictObject({ secret, token: tokenSchema });

export const rotatedTokenSchema = z.strictObject({
  secret,
  token: tokenSchema,
  replaced: tokenSchema.meta({ description: 'The token that was replaced, and when it stops' }),
});

export const deletedTokenSchema = z.strictObject({
  usageRecords: z.int().meta({ description: 'How many usage records went with it' }),
});

export const tokenPage = page(tokenSchema);

export const tokenParams = z.strictObject({ tokenId: rowId });

export const createTokenBody = createTokenSchema.omit({ actor: true }).extend({
  userId: createTokenSchema.shape.userId.optional().meta({ description: 'The owner. Default: you' }),
});
export const importTokenBody = importTokenHashSchema.omit({ actor: true });
export const updateTokenBody = updateTokenSchema.omit({ tokenId: true, actor: true });
export const revokeTokenBody = revokeTokenSchema.omit({ tokenId: true, actor: true });
export const rotateTokenBody = rotateTokenSchema.omit({ tokenId: true, actor: true }).extend({
  overlapMs: rotateTokenSchema.shape.overlapMs.default(0),
});
export const listTokensQuery = listTokensSchema;
