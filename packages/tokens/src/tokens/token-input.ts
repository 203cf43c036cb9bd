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
  /** The owner; need not be known to Iron. */
  userId,
  projectId: text(500).nullish(),
  name: text(200).nullish(),
  /** What it grants, such as `usage:read`; see `parseScope`. Default: nothing. */
  scopes: scopes.default([]),
  /** The first moment at which it does not work any more, in milliseconds since the epoch. Default: never. */
  expiresAt: timeSchema.nullish(),
  /** The agent that it belongs to, whose providers it may use. */
  agentId: idSchema.nullish(),
  /** The only provider that it may use. Default: any. */
  provider: text(100).nullish(),
  actor,
};

export const createTokenSchema = z.strictObject({
  /** A token that is in use elsewhere, to be imported. Default: a new one is made. */
  token: z.string().optional(),
  ...about,
});

export const importTokenHashSchema = z.strictObject({
  /** SHA-256 of the token, in hexadecimal. */
  tokenHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
    .toLowerCase(),
  ...about,
});

export const updateTokenSchema = z.strictObject({
  tokenId: idSchema,
  /** What is left out stays as it is. */
  name: about.name,
  scopes: scopes.optional(),
  /** `null`: it does not expire. */
  expiresAt: about.expiresAt,
  actor,
});

export const changeTokenSchema = z.strictObject({ tokenId: idSchema, actor });

export const revokeTokenSchema = z.strictObject({ tokenId: idSchema, reason: text(500).optional(), actor });

export const rotateTokenSchema = z.strictObject({
  tokenId: idSchema,
  /** How long both tokens work, in milliseconds, at most a year; 0: the old one stops at once. */
  overlapMs: z
    .int()
    .min(0)
    .max(366 * DAY_MS),
  /** When the new token expires; `null`: never. Default: when the old one would have. */
  expiresAt: about.expiresAt,
  actor,
});

export const listTokensSchema = z.strictObject({
  userId: userId.optional(),
  projectId: text(500).optional(),
  agentId: idSchema.optional(),
  provider: text(100).optional(),
  state: z.enum(TOKEN_STATES).optional(),
  /** Part of the name, in any case. */
  text: text(200).optional(),
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
