import { schema } from '@iron/db';
import {
  changePasswordSchema,
  changeRoleSchema,
  changeUserSchema,
  createUserSchema,
  listUsersSchema,
  resetPasswordSchema,
  USER_STATES,
} from '@iron/tokens';
import { z } from 'zod';
import { page, time } from '../fields.ts';

export const userSchema = z
  .strictObject({
    id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    role: z.enum(schema.USER_ROLES),
    state: z.enum(USER_STATES),
    hasPassword: z.boolean(),
    mustChangePassword: z.boolean().meta({ description: 'The password was set by somebody else' }),
    lockedUntil: time.nullable().meta({
      description: 'Until when no password is accepted, because too many were wrong; may have passed',
    }),
    createdAt: time,
    lastLogin: time.nullable(),
    suspendedAt: time.nullable(),
    suspendedBy: z.string().nullable(),
    deletedAt: time.nullable(),
    deletedBy: z.string().nullable(),
  })
  .meta({ id: 'User' });

export const passwordResetSchema = z.strictObject({
  user: userSchema,
  temporaryPassword: z
    .string()
    .nullable()
    .meta({ description: 'The password that was made. It is shown this once and kept nowhere; null: one was given' }),
});

export const userPage = page(userSchema);

export const userParams = z.strictObject({ userId: changeUserSchema.shape.userId });

export const createUserBody = createUserSchema.omit({ actor: true }).extend({
  id: createUserSchema.shape.id.refine((id) => id !== '.' && id !== '..', 'could not be part of a path'),
});
export const listUsersQuery = listUsersSchema;
export const changeUserBody = changeUserSchema.omit({ userId: true, actor: true });
export const changeRoleBody = changeRoleSchema.omit({ userId: true, actor: true });
export const resetPasswordBody = resetPasswordSchema.omit({ userId: true, actor: true });
export const changePasswordBody = changePasswordSchema.omit({ userId: true, actor: true });
