import { changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import { logUserChange } from './log-user-change.ts';
import { hashPassword } from './password-hash.ts';
import { requireGoodPassword } from './password-rules.ts';
import { makeTemporaryPassword } from './temporary-password.ts';
import { findUserToChange, toUser, type User } from './user.ts';
import { type ResetPasswordInput, resetPasswordSchema } from './user-input.ts';

/** What became of it. */
export interface PasswordReset {
  readonly user: User;
  /** The password that was made, shown this once; `null` if one was given. */
  readonly temporaryPassword: string | null;
}

/** Sets a password that its owner must change, and ends a lock-out. A suspension stays. */
export async function resetPassword(
  { database, now }: ServiceContext,
  input: ResetPasswordInput,
): Promise<PasswordReset> {
  const { userId, password, actor } = parseInput('resetPassword', resetPasswordSchema, input);
  const made = makeTemporaryPassword();
  const passwordHash = await hashPassword(password === undefined ? made : requireGoodPassword(password));
  return await database.write(function* (tx) {
    const user = yield* findUserToChange(tx, userId);
    const reset = { passwordHash, forcePasswordChange: true, failedLogins: 0, lockedUntil: null };
    yield* changeRow(`user ${userId}`, tx.update(schema.users).set(reset).where(eq(schema.users.id, userId)));
    const states = {
      before: { hasPassword: user.passwordHash !== null },
      after: { hasPassword: true, mustChangePassword: true },
    };
    yield* logUserChange(tx, { operation: 'password_reset', userId, actor, ...states, at: now() });
    return { user: toUser({ ...user, ...reset }), temporaryPassword: password === undefined ? made : null };
  });
}
