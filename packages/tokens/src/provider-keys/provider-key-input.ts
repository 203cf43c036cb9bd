import { actorSchema, pageSchema, text } from '@iron/db';
import { z } from 'zod';
import { idSchema } from '../fields.ts';
import { MasterKey } from './master-key.ts';

const actor = actorSchema.optional();
const userId = text(500);
const projectId = text(500);
const provider = text(100);
const baseUrl = text(2000).refine(
  isBaseUrl,
  'must be an http or https address without user, password, query and fragment',
);

const masterKey = z.custom<MasterKey>((value) => value instanceof MasterKey, 'must be a MasterKey');

/** With the tag of 16 bytes it fits its column. */
const MOST_KEY_BYTES = 8176;
/** Of shorter ones, that a text has it in it says nothing. */
const SHORTEST_KEY_SEARCHED = 8;

/** What is said of a new key, each field for itself. */
export const keyFieldsSchema = z.strictObject({
  provider: provider.meta({ description: '`openai`, `anthropic`, …' }),
  key: z
    .string()
    .refine(
      isKey,
      `must be 1 to ${MOST_KEY_BYTES} bytes of valid Unicode without NUL and without white space around it`,
    )
    .meta({ description: `The key itself, at most ${MOST_KEY_BYTES} bytes` }),
  userId: userId.meta({ description: 'Whose key it is; need not be known to Iron' }),
  baseUrl: baseUrl.nullish().meta({ description: 'Where to call the provider, if not at its usual address' }),
  description: text(500).nullish(),
  actor,
});

export const addKeySchema = keyFieldsSchema.refine(
  (input) => !isKeyElsewhere(input),
  'the key is also in another field, where it could be read',
);

/** Checks a {@link ListKeysInput}. */
export const listKeysSchema = z.strictObject({
  provider: provider.optional(),
  userId: userId.optional(),
  projectId: projectId.optional().meta({ description: 'Only keys that are assigned to this project' }),
  isEnabled: z.boolean().optional(),
  ...pageSchema,
});

export const withKeySchema = z.strictObject({ keyId: idSchema });

export const changeKeySchema = z.strictObject({ keyId: idSchema, actor });

/** Checks a {@link SetBalanceInput}. */
export const setBalanceSchema = z.strictObject({
  keyId: idSchema,
  balanceNanos: z.int().nullable().meta({ description: 'Nano-dollars; below zero: overdrawn; null: not known' }),
  actor,
});

/** Checks a {@link SetBaseUrlInput}. */
export const setBaseUrlSchema = z.strictObject({
  keyId: idSchema,
  baseUrl: baseUrl.nullable().meta({ description: 'null: the provider’s usual address' }),
  actor,
});

/** Checks an {@link AssignmentInput}. */
export const assignmentSchema = z.strictObject({ keyId: idSchema, projectId, actor });

export const keysForProjectSchema = z.strictObject({ projectId, provider });

export const rotateMasterKeySchema = z
  .strictObject({
    /** The key that the provider keys are encrypted under now. */
    from: masterKey,
    /** The key that they are to be encrypted under. */
    to: masterKey,
    actor,
  })
  .refine(({ from, to }) => from.id !== to.id, 'from and to are the same master key');

/** A provider's key to be kept. */
export type AddKeyInput = z.input<typeof addKeySchema>;
/** Which provider keys to list. */
export type ListKeysInput = z.input<typeof listKeysSchema>;
/** Which provider key to use. */
export type WithKeyInput = z.input<typeof withKeySchema>;
/** Which provider key to enable, disable or delete. */
export type ChangeKeyInput = z.input<typeof changeKeySchema>;
/** What is left of a provider key. */
export type SetBalanceInput = z.input<typeof setBalanceSchema>;
/** Where a provider key is used. */
export type SetBaseUrlInput = z.input<typeof setBaseUrlSchema>;
/** A provider key and a project. */
export type AssignmentInput = z.input<typeof assignmentSchema>;
/** Which master key takes the place of which. */
export type RotateMasterKeyInput = z.input<typeof rotateMasterKeySchema>;

function isKey(key: string): boolean {
  if (key !== key.trim() || key.includes('\0') || !key.isWellFormed()) return false;
  return key.length > 0 && Buffer.byteLength(key) <= MOST_KEY_BYTES;
}

function isKeyElsewhere({ key, ...others }: { readonly key: string }): boolean {
  const asWritten = JSON.stringify(key).slice(1, -1);
  return key.length >= SHORTEST_KEY_SEARCHED && JSON.stringify(others).includes(asWritten);
}

/** Paths are added to it, and it is shown: so nothing may follow the path, and no password be in it. */
function isBaseUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#\s]/u.test(value);
}
