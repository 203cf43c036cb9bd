import { desc } from '../drizzle.ts';
import { first, run, type Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { type UserAuditLogEntry, userAuditLog } from '../schema/user-audit-log.ts';
import { CHAIN_START, chainHash } from './hash-chain.ts';

/** A change to an account. */
export interface AccountChange {
  readonly operation: UserAuditLogEntry['operation'];
  readonly targetUserId: string;
  readonly performedBy: string;
  /** What of the account was changed, before and after. Never a password or its hash. */
  readonly previousState?: Readonly<Record<string, unknown>>;
  readonly newState?: Readonly<Record<string, unknown>>;
  readonly reason?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Adds a row to `user_audit_log`, in the transaction of the change itself. */
export function* appendToUserAuditLog(tx: Writer, change: AccountChange): Work<void> {
  const last = tx
    .select({ id: userAuditLog.id, hash: userAuditLog.hash })
    .from(userAuditLog)
    .orderBy(desc(userAuditLog.id))
    .limit(1);
  const { id: lastId, hash: previousHash } = (yield* first(last)) ?? { id: 0, hash: CHAIN_START };
  const row = {
    id: lastId + 1,
    operation: change.operation,
    targetUserId: change.targetUserId,
    performedBy: change.performedBy,
    timestamp: change.at,
    previousState: change.previousState ? JSON.stringify(change.previousState) : null,
    newState: change.newState ? JSON.stringify(change.newState) : null,
    reason: change.reason ?? null,
    previousHash,
  };
  yield* run(tx.insert(userAuditLog).values({ ...row, hash: hashUserEntry(row) }));
}

/** The hash that a row of `user_audit_log` must carry. */
export function hashUserEntry(row: Omit<UserAuditLogEntry, 'hash'>): string {
  return chainHash(row.id, row.previousHash, [
    row.operation,
    row.targetUserId,
    row.performedBy,
    row.timestamp,
    row.previousState,
    row.newState,
    row.reason,
  ]);
}
