import { changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import { requireAnotherAdmin, requireSomebodyElse } from './keep-an-admin.ts';
import { logUserChange, performer } from './log-user-change.ts';
import { findUserToChange, stateOf, toUser, type User } from './user.ts';
import { type ChangeUserInput, changeUserSchema } from './user-input.ts';

/** A suspended user cannot sign in, and the user's tokens are refused, until `activateUser`. */
export async function suspendUser({ database, now }: ServiceContext, input: ChangeUserInput): Promise<User> {
  const { userId, reason, actor } = parseInput('suspendUser', changeUserSchema, input);
  requireSomebodyElse(actor, userId, 'suspend themselves');
  return await database.write(function* (tx) {
    const user = yield* findUserToChange(tx, userId);
    if (user.suspendedAt !== null) return toUser(user);
    yield* requireAnotherAdmin(tx, user);
    const at = now();
    const suspension = { isActive: false, suspendedAt: at, suspendedBy: performer(actor) };
    yield* changeRow(`user ${userId}`, tx.update(schema.users).set(suspension).where(eq(schema.users.id, userId)));
    const states = { before: { state: stateOf(user) }, after: { state: 'suspended' } };
    yield* logUserChange(tx, { operation: 'suspend', userId, actor, ...states, reason, at });
    return toUser({ ...user, ...suspension });
  });
}
