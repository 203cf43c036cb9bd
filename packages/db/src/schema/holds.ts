import { check, index, integer, primaryKey, sql, sqliteTable, text } from '../drizzle.ts';
import { inMilliseconds, isOneOf, lengthBetween, notNegative, withoutNul } from './column-checks.ts';

/** `expired`: its time was over before the call ended. */
export const HOLD_STATES = ['held', 'settled', 'released', 'expired'] as const;

/** What calls under way may use, and for a while those that ended. One call has one hold, named by its request id. */
export const holds = sqliteTable(
  '_holds',
  {
    id: integer('id').primaryKey(),
    requestId: text('request_id').notNull().unique(),
    tokenId: integer('token_id'),
    userId: text('user_id').notNull(),
    projectId: text('project_id'),
    provider: text('provider'),
    model: text('model'),
    state: text('state', { enum: HOLD_STATES }).notNull(),
    tokens: integer('tokens').notNull(),
    requests: integer('requests').notNull(),
    costNanos: integer('cost_nanos').notNull(),
    heldAt: integer('held_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    /** Why it was released, if somebody said so. */
    endReason: text('end_reason'),
  },
  (t) => [
    index('_holds_open')
      .on(t.userId, t.expiresAt)
      .where(sql`${t.state} = 'held'`),
    isOneOf(t.state, HOLD_STATES),
    ...notNegative(t.tokens, t.requests, t.costNanos),
    ...inMilliseconds(t.heldAt, t.expiresAt, t.endedAt),
    check('ended_or_held', sql`(${t.state} = 'held') = (${t.endedAt} IS NULL)`),
    check('reason_of_release', sql`${t.state} = 'released' OR ${t.endReason} IS NULL`),
    lengthBetween(t.requestId, 1, 200),
    lengthBetween(t.endReason, 1, 500),
    lengthBetween(t.userId, 1, 500),
    lengthBetween(t.projectId, 1, 500),
    lengthBetween(t.provider, 1, 100),
    lengthBetween(t.model, 1, 200),
    withoutNul(t.requestId, t.userId, t.projectId, t.provider, t.model, t.endReason),
  ],
);

/** The limits that a hold was taken from, and of each dimension the window that it counts in. */
export const holdLimits = sqliteTable(
  '_hold_limits',
  {
    holdId: integer('hold_id')
      .notNull()
      .references(() => holds.id, { onDelete: 'cascade' }),
    limitId: integer('limit_id').notNull(),
    tokensWindowStartedAt: integer('tokens_window_started_at').notNull(),
    requestsWindowStartedAt: integer('requests_window_started_at').notNull(),
    costWindowStartedAt: integer('cost_window_started_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.holdId, t.limitId] }),
    ...notNegative(t.tokensWindowStartedAt, t.requestsWindowStartedAt, t.costWindowStartedAt),
  ],
);

export type Hold = typeof holds.$inferSelect;
export type NewHold = typeof holds.$inferInsert;
export type HoldLimit = typeof holdLimits.$inferSelect;
