import { desc } from '../drizzle.ts';
import { first, run, type Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { type AuditLogEntry, auditLog } from '../schema/audit-log.ts';
import { CHAIN_START, chainHash } from './hash-chain.ts';

/** Who asked for a change, and from where. All of it is optional: Iron itself has none. */
export interface Actor {
  readonly userId?: string | undefined;
  readonly ipAddress?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** A change to a token, a limit, a provider key, an agent. */
export interface AuditedChange {
  /** What kind of thing was changed: `token`, `limit`, `provider_key`, `agent`, … */
  readonly entityType: string;
  readonly entityId: string | number;
  /** What was done to it: `create`, `revoke`, … */
  readonly action: string;
  readonly actor?: Actor | undefined;
  /** What changed, as JSON. Never a secret. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Adds a row to `audit_log`, in the transaction of the change itself. */
export function* appendToAuditLog(tx: Writer, change: AuditedChange): Work<void> {
  const last = tx.select({ id: auditLog.id, hash: auditLog.hash }).from(auditLog).orderBy(desc(auditLog.id)).limit(1);
  const { id: lastId, hash: previousHash } = (yield* first(last)) ?? { id: 0, hash: CHAIN_START };
  const row = {
    id: lastId + 1,
    entityType: change.entityType,
    entityId: String(change.entityId),
    action: change.action,
    actorUserId: change.actor?.userId ?? null,
    changes: change.changes ? JSON.stringify(change.changes) : null,
    loggedAt: change.at,
    ipAddress: change.actor?.ipAddress ?? null,
    userAgent: change.actor?.userAgent ?? null,
    previousHash,
  };
  yield* run(tx.insert(auditLog).values({ ...row, hash: hashEntry(row) }));
}

/** The hash that a row of `audit_log` must carry. */
export function hashEntry(row: Omit<AuditLogEntry, 'hash'>): string {
  return chainHash(row.id, row.previousHash, [
    row.entityType,
    row.entityId,
    row.action,
    row.actorUserId,
    row.changes,
    row.loggedAt,
    row.ipAddress,
    row.userAgent,
  ]);
}
