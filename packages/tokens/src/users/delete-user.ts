import { changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import { requireAnotherAdmin, requireSomebodyElse } from './keep-an-admin.ts';
import { logUserChange, performer } from './log-user-change.ts';
import { findUser, stateOf, toUser, type User } from './user.ts';
import { type ChangeUserInput, changeUserSchema } from './user-input.ts';

/** For good: the row stays for the log and for what was used, the password's hash does not. */
export async function deleteUser({ database, now }: ServiceContext, input: ChangeUserInput): Promise<User> {
  const { userId, reason, actor } = parseInput('deleteUser', changeUserSchema, input);
  requireSomebodyElse(actor, userId, 'delete themselves');
  return await database.write(function* (tx) {
    const user = yield* findUser(tx, userId);
    if (user.deletedAt !== null) return toUser(user);
    yield* requireAnotherAdmin(tx, user);
    const at = now();
    const deletion = { isActive: false, deletedAt: at, deletedBy: performer(actor), ...NO_SIGN_IN };
    yield* changeRow(`user ${userId}`, tx.update(schema.users).set(deletion).where(eq(schema.users.id, userId)));
    const states = { before: { state: stateOf(user), role: user.role }, after: { state: 'deleted' } };
    yield* logUserChange(tx, { operation: 'delete', userId, actor, ...states, reason, at });
    return toUser({ ...user, ...deletion });
  });
}

const NO_SIGN_IN = { passwordHash: null, forcePasswordChange: false, failedLogins: 0, lockedUntil: null } as const;
