import { parseInput } from '@iron/db';
import { acceptPassword, checkPassword, type PasswordContext } from './check-password.ts';
import { logUserChange } from './log-user-change.ts';
import { hashPassword } from './password-hash.ts';
import { normalizePassword, requireGoodPassword } from './password-rules.ts';
import { toUser, type User } from './user.ts';
import { PasswordRefusedError } from './user-errors.ts';
import { type ChangePasswordInput, changePasswordSchema } from './user-input.ts';

/** Changes a password for whoever knows the old one. A wrong old one counts as a wrong guess. */
export async function changePassword(context: PasswordContext, input: ChangePasswordInput): Promise<User> {
  const { userId, oldPassword, newPassword, actor } = parseInput('changePassword', changePasswordSchema, input);
  const password = requireGoodPassword(newPassword);
  if (normalizePassword(oldPassword) === password) throw new PasswordRefusedError('it is the same as the old one');
  return await context.guesses.run(`id ${userId}`, async () => {
    const right = await checkPassword(context, { id: userId }, oldPassword);
    const passwordHash = await hashPassword(password);
    return await context.database.write(function* (tx) {
      const user = yield* acceptPassword(tx, right, { passwordHash, forcePasswordChange: false });
      const change = { operation: 'password_reset', userId, actor: { userId: actor?.userId ?? userId } } as const;
      yield* logUserChange(tx, { ...change, after: { mustChangePassword: false }, at: context.now() });
      return toUser(user);
    });
  });
}
