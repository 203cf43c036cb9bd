import { changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import { logUserChange } from './log-user-change.ts';
import { findUserToChange, stateOf, toUser, type User } from './user.ts';
import { type ChangeUserInput, changeUserSchema } from './user-input.ts';

const ACTIVE = { isActive: true, suspendedAt: null, suspendedBy: null, failedLogins: 0, lockedUntil: null } as const;

/** Ends a suspension, and a lock-out after wrong passwords. */
export async function activateUser({ database, now }: ServiceContext, input: ChangeUserInput): Promise<User> {
  const { userId, reason, actor } = parseInput('activateUser', changeUserSchema, input);
  return await database.write(function* (tx) {
    const user = yield* findUserToChange(tx, userId);
    const { lockedUntil } = user;
    if (stateOf(user) === 'active' && lockedUntil === null) return toUser(user);
    yield* changeRow(`user ${userId}`, tx.update(schema.users).set(ACTIVE).where(eq(schema.users.id, userId)));
    const before = { state: stateOf(user), ...(lockedUntil !== null && { lockedUntil }) };
    yield* logUserChange(tx, {
      operation: 'activate',
      userId,
      actor,
      before,
      after: { state: 'active' },
      reason,
      at: now(),
    });
    return toUser({ ...user, ...ACTIVE });
  });
}
