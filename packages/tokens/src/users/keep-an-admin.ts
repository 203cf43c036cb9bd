import { type Actor, first, schema, type Work, type Writer } from '@iron/db';
import { and, eq, ne } from '@iron/db/drizzle';
import { isInState, stateOf, type UserRow } from './user.ts';
import { LastAdminError, SelfChangeRefusedError } from './user-errors.ts';

const { users } = schema;

/** @throws {SelfChangeRefusedError} the actor is the user who is to be changed */
export function requireSomebodyElse(actor: Actor | undefined, userId: string, action: string): void {
  if (actor?.userId === userId) throw new SelfChangeRefusedError(action, userId);
}

/**
 * Refuses to take the last active administrator away. To be asked in the transaction that does so: of two
 * administrators who demote each other at once, one remains.
 *
 * @throws {LastAdminError} `user` is the only one
 */
export function* requireAnotherAdmin(tx: Writer, user: UserRow): Work<void> {
  if (user.role !== 'admin' || stateOf(user) !== 'active') return;
  const others = tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), isInState('active'), ne(users.id, user.id)))
    .limit(1);
  if (!(yield* first(others))) throw new LastAdminError(user.id);
}
