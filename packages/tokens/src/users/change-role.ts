import { changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import { requireAnotherAdmin, requireSomebodyElse } from './keep-an-admin.ts';
import { logUserChange } from './log-user-change.ts';
import { findUserToChange, toUser, type User } from './user.ts';
import { type ChangeRoleInput, changeRoleSchema } from './user-input.ts';

/** Nobody changes their own role: to rise would be worse than to fall. */
export async function changeRole({ database, now }: ServiceContext, input: ChangeRoleInput): Promise<User> {
  const { userId, role, reason, actor } = parseInput('changeRole', changeRoleSchema, input);
  requireSomebodyElse(actor, userId, 'change their own role');
  return await database.write(function* (tx) {
    const user = yield* findUserToChange(tx, userId);
    if (user.role === role) return toUser(user);
    yield* requireAnotherAdmin(tx, user);
    yield* changeRow(`user ${userId}`, tx.update(schema.users).set({ role }).where(eq(schema.users.id, userId)));
    const roles = { before: { role: user.role }, after: { role } };
    yield* logUserChange(tx, { operation: 'role_change', userId, actor, ...roles, reason, at: now() });
    return toUser({ ...user, role });
  });
}
