import { index, integer, sqliteTable, text } from '../drizzle.ts';
import { bytesAtMost, inMilliseconds, isJson, isOneOf, isSha256, lengthBetween, withoutNul } from './column-checks.ts';

export const USER_OPERATIONS = ['create', 'suspend', 'activate', 'delete', 'role_change', 'password_reset'] as const;

/**
 * What was done to accounts, append-only; each row carries the hash of the one before. The states are JSON kept as
 * text, because the hash is of what is stored.
 */
export const userAuditLog = sqliteTable(
  'user_audit_log',
  {
    id: integer('id').primaryKey(),
    operation: text('operation', { enum: USER_OPERATIONS }).notNull(),
    targetUserId: text('target_user_id').notNull(),
    performedBy: text('performed_by').notNull(),
    timestamp: integer('timestamp').notNull(),
    previousState: text('previous_state'),
    newState: text('new_state'),
    reason: text('reason'),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    index('idx_user_audit_log_target').on(t.targetUserId, t.timestamp),
    index('idx_user_audit_log_performer').on(t.performedBy, t.timestamp),
    index('idx_user_audit_log_operation').on(t.operation, t.timestamp),
    index('idx_user_audit_log_timestamp').on(t.timestamp),
    isOneOf(t.operation, USER_OPERATIONS),
    lengthBetween(t.targetUserId, 1, 500),
    lengthBetween(t.performedBy, 1, 500),
    ...inMilliseconds(t.timestamp),
    isJson(t.previousState),
    bytesAtMost(t.previousState, 1_048_576),
    isJson(t.newState),
    bytesAtMost(t.newState, 1_048_576),
    lengthBetween(t.reason, 1, 1000),
    isSha256(t.previousHash),
    isSha256(t.hash),
    withoutNul(t.targetUserId, t.performedBy, t.reason),
  ],
);

export type UserAuditLogEntry = typeof userAuditLog.$inferSelect;
export type NewUserAuditLogEntry = typeof userAuditLog.$inferInsert;
