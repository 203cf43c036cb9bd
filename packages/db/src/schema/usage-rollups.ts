import { check, integer, primaryKey, sql, sqliteTable, text } from '../drizzle.ts';
import { apiTokens } from './api-tokens.ts';

/** What usage rows add up to. Triggers keep it; nothing else writes it. */
const sums = {
  requests: integer('requests').notNull(),
  inputTokens: integer('input_tokens').notNull(),
  outputTokens: integer('output_tokens').notNull(),
  cachedInputTokens: integer('cached_input_tokens').notNull(),
  cacheWriteTokens: integer('cache_write_tokens').notNull(),
  reasoningTokens: integer('reasoning_tokens').notNull(),
  audioTokens: integer('audio_tokens').notNull(),
  totalTokens: integer('total_tokens').notNull(),
  /** Of what has a price. */
  costNanos: integer('cost_nanos').notNull(),
  unpricedRequests: integer('unpriced_requests').notNull(),
};

/** Usage by token and UTC day; a day is the millisecond that it starts at. */
export const usageByToken = sqliteTable(
  '_usage_by_token',
  {
    tokenId: integer('token_id')
      .notNull()
      .references(() => apiTokens.id, { onDelete: 'cascade' }),
    day: integer('day').notNull(),
    ...sums,
  },
  (t) => [primaryKey({ columns: [t.tokenId, t.day] }), check('starts_a_day', sql`${t.day} % 86400000 = 0`)],
);

/** Usage by model and UTC day. */
export const usageByModel = sqliteTable(
  '_usage_by_model',
  { day: integer('day').notNull(), provider: text('provider').notNull(), model: text('model').notNull(), ...sums },
  (t) => [primaryKey({ columns: [t.day, t.provider, t.model] }), check('starts_a_day', sql`${t.day} % 86400000 = 0`)],
);

/** Usage by model and quarter of an hour, of which the days of every time zone consist. */
export const usageByModelQuarter = sqliteTable(
  '_usage_by_model_quarter',
  {
    quarter: integer('quarter').notNull(),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    ...sums,
  },
  (t) => [
    primaryKey({ columns: [t.quarter, t.provider, t.model] }),
    check('starts_a_quarter', sql`${t.quarter} % 900000 = 0`),
  ],
);

/** Usage rows recorded before `prunedBefore` may have been dropped for their age; their sums stay. Always one row. */
export const usageHorizon = sqliteTable(
  '_usage_horizon',
  { id: integer('id').primaryKey(), prunedBefore: integer('pruned_before').notNull() },
  (t) => [
    check('one_row', sql`${t.id} = 1`),
    check('starts_a_day', sql`${t.prunedBefore} >= 0 AND ${t.prunedBefore} % 86400000 = 0`),
  ],
);

export type UsageByToken = typeof usageByToken.$inferSelect;
export type UsageByModel = typeof usageByModel.$inferSelect;
