import type { AnySQLiteColumn, CheckBuilder } from 'drizzle-orm/sqlite-core';
import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { inMilliseconds, lengthBetween, notNegative, withoutNul } from './column-checks.ts';

/**
 * Limits of a user, or of a user in a project, in up to three dimensions. Of each: the most (NULL: no limit), the
 * window that its counters belong to (0: none yet), what is settled in it, what calls under way hold, and what a
 * provider billed beyond its hold.
 */
export const usageLimits = sqliteTable(
  'usage_limits',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id').notNull(),
    /** NULL: all that the user does. */
    projectId: text('project_id'),
    timeZone: text('time_zone').notNull().default('UTC'),
    maxTokensPerDay: integer('max_tokens_per_day'),
    tokensWindowStartedAt: integer('tokens_window_started_at').notNull().default(0),
    tokensSettled: integer('tokens_settled').notNull().default(0),
    tokensHeld: integer('tokens_held').notNull().default(0),
    tokensOverage: integer('tokens_overage').notNull().default(0),
    maxRequestsPerMinute: integer('max_requests_per_minute'),
    requestsWindowStartedAt: integer('requests_window_started_at').notNull().default(0),
    requestsSettled: integer('requests_settled').notNull().default(0),
    requestsHeld: integer('requests_held').notNull().default(0),
    requestsOverage: integer('requests_overage').notNull().default(0),
    maxCostNanosPerMonth: integer('max_cost_nanos_per_month'),
    costWindowStartedAt: integer('cost_window_started_at').notNull().default(0),
    costSettledNanos: integer('cost_settled_nanos').notNull().default(0),
    costHeldNanos: integer('cost_held_nanos').notNull().default(0),
    costOverageNanos: integer('cost_overage_nanos').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('idx_usage_limits_user_project').on(t.userId, sql`coalesce(${t.projectId}, '')`),
    index('idx_usage_limits_project')
      .on(t.projectId)
      .where(sql`${t.projectId} IS NOT NULL`),
    ...holds(t.maxTokensPerDay, t.tokensWindowStartedAt, t.tokensSettled, t.tokensHeld),
    ...holds(t.maxRequestsPerMinute, t.requestsWindowStartedAt, t.requestsSettled, t.requestsHeld),
    ...holds(t.maxCostNanosPerMonth, t.costWindowStartedAt, t.costSettledNanos, t.costHeldNanos),
    ...notNegative(t.tokensOverage, t.requestsOverage, t.costOverageNanos),
    check(
      'limits_something',
      sql`coalesce(${t.maxTokensPerDay}, ${t.maxRequestsPerMinute}, ${t.maxCostNanosPerMonth}) IS NOT NULL`,
    ),
    ...inMilliseconds(t.createdAt, t.updatedAt),
    lengthBetween(t.userId, 1, 500),
    lengthBetween(t.projectId, 1, 500),
    lengthBetween(t.timeZone, 1, 64),
    withoutNul(t.userId, t.projectId, t.timeZone),
  ],
);

/** What is true of one dimension at any moment: above all that settled and held together never pass the limit. */
function holds(
  most: AnySQLiteColumn,
  windowStartedAt: AnySQLiteColumn,
  settled: AnySQLiteColumn,
  held: AnySQLiteColumn,
): CheckBuilder[] {
  return [
    check(`${most.name}_is_exact`, sql`${most} BETWEEN 0 AND ${sql.raw(String(Number.MAX_SAFE_INTEGER))}`),
    check(`${windowStartedAt.name}_is_time`, sql`${windowStartedAt} = 0 OR ${windowStartedAt} >= 1000000000000`),
    ...notNegative(settled, held),
    check(`${most.name}_holds`, sql`${settled} + ${held} <= ${most}`),
  ];
}

export type UsageLimit = typeof usageLimits.$inferSelect;
export type NewUsageLimit = typeof usageLimits.$inferInsert;
