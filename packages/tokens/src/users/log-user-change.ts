import { type Actor, appendToUserAuditLog, type Work, type Writer } from '@iron/db';
import type { schema } from '@iron/db';

/** Who acts where nobody is named: Iron itself. No user has this id. */
export const SYSTEM = 'system';

/** A change to an account, as the log keeps it. */
export interface UserChange {
  readonly operation: schema.UserAuditLogEntry['operation'];
  readonly userId: string;
  readonly actor: Actor | undefined;
  /** What of the account was changed, never a password or its hash. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly reason?: string | undefined;
  readonly at: number;
}

/** Who did it, in the columns that name a user. */
export function performer(actor: Actor | undefined): string {
  return actor?.userId ?? SYSTEM;
}

/** Adds the change to `user_audit_log`, in its own transaction. */
export function* logUserChange(tx: Writer, change: UserChange): Work<void> {
  yield* appendToUserAuditLog(tx, {
    operation: change.operation,
    targetUserId: change.userId,
    performedBy: performer(change.actor),
    ...(change.before && { previousState: change.before }),
    newState: change.after,
    reason: change.reason,
    at: change.at,
  });
}
