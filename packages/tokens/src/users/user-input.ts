import { actorSchema, pageSchema, schema, text } from '@iron/db';
import { z } from 'zod';
import { SYSTEM } from './log-user-change.ts';
import { USER_STATES } from './user.ts';

const DAY_MS = 86_400_000;

const userId = text(500);
const actor = actorSchema.optional();
const role = z.enum(schema.USER_ROLES);

/** Checks a {@link CreateUserInput}. */
export const createUserSchema = z.strictObject({
  id: userId
    .refine((id) => id !== SYSTEM, `${SYSTEM} stands for Iron itself in the log`)
    .optional()
    .meta({ description: 'Default: `user_` and a random UUID' }),
  username: text(200)
    .refine(isOneLine, 'must be one line that neither begins nor ends with white space')
    .meta({ description: 'Unique; ASCII letters are one whatever their case' }),
  password: z.string().optional().meta({
    description: '15 to 1024 characters of any kind. Without one nobody can sign in, until it is reset',
  }),
  email: text(320)
    .refine((email) => /^[^\s@]+@[^\s@]+$/u.test(email), 'must be an e-mail address')
    .nullish(),
  name: text(200).nullish(),
  role,
  actor,
});

/** Checks a {@link ListUsersInput}. */
export const listUsersSchema = z.strictObject({
  role: role.optional(),
  state: z.enum(USER_STATES).optional(),
  text: text(320).optional().meta({
    description: 'Part of the user name, the address or the name; ASCII letters are one whatever their case',
  }),
  ...pageSchema,
});

export const userKeySchema = z.union([
  z.strictObject({ id: z.string() }),
  z.strictObject({ username: z.string() }),
  z.strictObject({ email: z.string() }),
]);

/** Checks a {@link ChangeUserInput}. */
export const changeUserSchema = z.strictObject({
  userId,
  reason: text(1000).optional().meta({ description: 'For the log' }),
  actor,
});

/** Checks a {@link ChangeRoleInput}. */
export const changeRoleSchema = changeUserSchema.extend({ role });

/** Checks a {@link ResetPasswordInput}. */
export const resetPasswordSchema = z.strictObject({
  userId,
  password: z
    .string()
    .optional()
    .meta({ description: '15 to 1024 characters of any kind. Default: a random one is made' }),
  actor,
});

/** Checks a {@link ChangePasswordInput}. */
export const changePasswordSchema = z.strictObject({
  userId,
  oldPassword: z.string(),
  newPassword: z.string().meta({ description: '15 to 1024 characters of any kind, and not the old one' }),
  /** Default: the user. */
  actor,
});

/** No rule that a name or a password must keep: what breaks one is as wrong as any other. */
export const credentialsSchema = z.strictObject({ username: z.string().max(2000), password: z.string() });

export const lockOutSchema = z.object({
  maxFailedLogins: z.int().min(1).max(100).default(5),
  lockedForMs: z
    .int()
    .min(1)
    .max(366 * DAY_MS)
    .default(15 * 60_000),
});

/** A new account. */
export type CreateUserInput = z.input<typeof createUserSchema>;
/** Which users to list. */
export type ListUsersInput = z.input<typeof listUsersSchema>;
/** Whom to suspend, activate or delete, and why. */
export type ChangeUserInput = z.input<typeof changeUserSchema>;
/** Who gets which role. */
export type ChangeRoleInput = z.input<typeof changeRoleSchema>;
/** Whose password is set by somebody else. */
export type ResetPasswordInput = z.input<typeof resetPasswordSchema>;
/** A password that its owner changes. */
export type ChangePasswordInput = z.input<typeof changePasswordSchema>;
/** What somebody types to sign in. */
export type Credentials = z.input<typeof credentialsSchema>;

function isOneLine(value: string): boolean {
  return value === value.trim() && !/\p{Cc}/u.test(value);
}
