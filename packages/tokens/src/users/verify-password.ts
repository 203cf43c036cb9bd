import { parseInput } from '@iron/db';
import { acceptPassword, checkPassword, type PasswordContext } from './check-password.ts';
import { hashPassword, isOutdatedHash } from './password-hash.ts';
import { toUser, type User } from './user.ts';
import { type Credentials, credentialsSchema } from './user-input.ts';

/** Signs somebody in. A hash that was made at another cost is replaced on the way. */
export async function verifyPassword(context: PasswordContext, input: Credentials): Promise<User> {
  const { username, password } = parseInput('verifyPassword', credentialsSchema, input);
  return await context.guesses.run(`name ${username.toLowerCase()}`, async () => {
    const right = await checkPassword(context, { username }, password);
    const passwordHash = isOutdatedHash(right.passwordHash) ? await hashPassword(right.password) : right.passwordHash;
    return await context.database.write(function* (tx) {
      return toUser(yield* acceptPassword(tx, right, { lastLogin: context.now(), passwordHash }));
    });
  });
}
