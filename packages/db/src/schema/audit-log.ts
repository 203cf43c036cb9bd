import { index, integer, sql, sqliteTable, text } from '../drizzle.ts';
import { bytesAtMost, inMilliseconds, isJson, isSha256, lengthBetween, withoutNul } from './column-checks.ts';

/**
 * What happened to anything, append-only; each row carries the hash of the one before. `changes` is JSON kept as
 * text, because the hash is of what is stored.
 */
export const auditLog = sqliteTable(
  'audit_log',
  {
    id: integer('id').primaryKey(),
    entityType: text('entity_type').notNull(),
    entityId: text('entity_id').notNull(),
    action: text('action').notNull(),
    /** NULL: Iron itself. */
    actorUserId: text('actor_user_id'),
    changes: text('changes'),
    loggedAt: integer('logged_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    index('idx_audit_log_entity').on(t.entityType, t.entityId, t.loggedAt),
    index('idx_audit_log_actor')
      .on(t.actorUserId, t.loggedAt)
      .where(sql`${t.actorUserId} IS NOT NULL`),
    isJson(t.changes),
    bytesAtMost(t.changes, 1_048_576),
    ...inMilliseconds(t.loggedAt),
    isSha256(t.previousHash),
    isSha256(t.hash),
    lengthBetween(t.entityType, 1, 100),
    lengthBetween(t.entityId, 1, 500),
    lengthBetween(t.action, 1, 100),
    lengthBetween(t.actorUserId, 1, 500),
    lengthBetween(t.ipAddress, 1, 100),
    lengthBetween(t.userAgent, 1, 1000),
    withoutNul(t.entityType, t.entityId, t.action, t.actorUserId, t.ipAddress, t.userAgent),
  ],
);

export type AuditLogEntry = typeof auditLog.$inferSelect;
export type NewAuditLogEntry = typeof auditLog.$inferInsert;
