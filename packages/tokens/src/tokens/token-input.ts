import { z } from 'zod';
import { actorSchema, pageSchema, text } from '@iron/db';
import { idSchema, timeSchema } from '../fields.ts';
import { parseScope } from './scopes.ts';
import { TOKEN_STATES } from './token-state.ts';

const actor = actorSchema.optional();
const DAY_MS = 86_400_000;

const userId = text(500);
const scopes = z
  .array(text(200))
  .max(64)
  .transform((list) => {
    for (const scope of list) parseScope(scope);
    return [...new Set(list)];
  });

/** What is the same for a token that is made, imported, or known by its hash only. */
const about = {
  userId: userId.meta({ description: 'The owner; need not be known to Iron' }),
  projectId: text(500).nullish(),
  name: text(200).nullish(),
  scopes: scopes.default([]).meta({ description: 'What it grants, such as `usage:read`. Default: nothing' }),
  expiresAt: timeSchema.nullish().meta({
    description: 'The first moment at which it does not work any more, in milliseconds since the epoch; null: never',
  }),
  agentId: idSchema.nullish().meta({ description: 'The agent that it belongs to, whose providers it may use' }),
  provider: text(100).nullish().meta({ description: 'The only provider that it may use; null: any' }),
  actor,
};

/** Checks a {@link CreateTokenInput}. */
export const createTokenSchema = z.strictObject({
  token: z
    .string()
    .optional()
    .meta({ description: 'A token that is in use elsewhere, to be imported. Default: a new one is made' }),
  ...about,
});

/** Checks an {@link ImportTokenHashInput}. */
export const importTokenHashSchema = z.strictObject({
  tokenHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
    .toLowerCase()
    .meta({ description: 'SHA-256 of the token, in hexadecimal' }),
  ...about,
});

/** What is left out stays as it is. */
export const updateTokenSchema = z.strictObject({
  tokenId: idSchema,
  name: about.name,
  scopes: scopes.optional(),
  expiresAt: about.expiresAt,
  actor,
});

export const changeTokenSchema = z.strictObject({ tokenId: idSchema, actor });

/** Checks a {@link RevokeTokenInput}. */
export const revokeTokenSchema = z.strictObject({ tokenId: idSchema, reason: text(500).optional(), actor });

/** Checks a {@link RotateTokenInput}. */
export const rotateTokenSchema = z.strictObject({
  tokenId: idSchema,
  overlapMs: z
    .int()
    .min(0)
    .max(366 * DAY_MS)
    .meta({ description: 'How long both tokens work, in milliseconds; 0: the old one stops at once' }),
  expiresAt: timeSchema
    .nullish()
    .meta({ description: 'When the new token expires; null: never. Default: when the old one would have' }),
  actor,
});

/** Checks a {@link ListTokensInput}. */
export const listTokensSchema = z.strictObject({
  userId: userId.optional(),
  projectId: text(500).optional(),
  agentId: idSchema.optional(),
  provider: text(100).optional(),
  state: z.enum(TOKEN_STATES).optional(),
  text: text(200).optional().meta({ description: 'Part of the name, in any case' }),
  ...pageSchema,
});

export const userTokensSchema = userId;
export const tokenIdSchema = idSchema;

/** A new token, or one to import. */
export type CreateTokenInput = z.input<typeof createTokenSchema>;
/** A token to import of which only the hash is known. */
export type ImportTokenHashInput = z.input<typeof importTokenHashSchema>;
/** What to change of a token. */
export type UpdateTokenInput = z.input<typeof updateTokenSchema>;
/** Which token to deactivate, activate or delete. */
export type ChangeTokenInput = z.input<typeof changeTokenSchema>;
/** Which token to revoke, and why. */
export type RevokeTokenInput = z.input<typeof revokeTokenSchema>;
/** Which token to replace, and how. */
export type RotateTokenInput = z.input<typeof rotateTokenSchema>;
/** Which tokens to list. */
export type ListTokensInput = z.input<typeof listTokensSchema>;
