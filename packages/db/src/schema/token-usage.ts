import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { apiTokens } from './api-tokens.ts';
import { inMilliseconds, lengthBetween, notNegative, setTogether, withoutNul } from './column-checks.ts';

/** What calls used and cost. Counts are as the provider reported them. */
export const tokenUsage = sqliteTable(
  'token_usage',
  {
    id: integer('id').primaryKey(),
    tokenId: integer('token_id')
      .notNull()
      .references(() => apiTokens.id, { onDelete: 'cascade' }),
    requestId: text('request_id'),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cachedInputTokens: integer('cached_input_tokens').notNull().default(0),
    cacheWriteTokens: integer('cache_write_tokens').notNull().default(0),
    reasoningTokens: integer('reasoning_tokens').notNull().default(0),
    audioTokens: integer('audio_tokens').notNull().default(0),
    totalTokens: integer('total_tokens').notNull(),
    requestsCount: integer('requests_count').notNull().default(1),
    /** NULL: the price was not known, which is not zero. */
    costNanos: integer('cost_nanos'),
    priceVersion: text('price_version'),
    recordedAt: integer('recorded_at').notNull(),
  },
  (t) => [
    index('idx_token_usage_token').on(t.tokenId, t.recordedAt),
    index('idx_token_usage_recorded').on(t.recordedAt),
    uniqueIndex('idx_token_usage_request')
      .on(t.requestId)
      .where(sql`${t.requestId} IS NOT NULL`),
    index('idx_token_usage_unpriced')
      .on(t.provider, t.model, t.recordedAt)
      .where(sql`${t.costNanos} IS NULL`),
    ...notNegative(t.inputTokens, t.outputTokens, t.cachedInputTokens, t.cacheWriteTokens),
    ...notNegative(t.reasoningTokens, t.audioTokens, t.requestsCount, t.costNanos),
    check('total_holds_its_parts', sql`${t.totalTokens} >= ${t.inputTokens} + ${t.outputTokens}`),
    setTogether(t.costNanos, t.priceVersion),
    ...inMilliseconds(t.recordedAt),
    lengthBetween(t.requestId, 1, 200),
    lengthBetween(t.provider, 1, 100),
    lengthBetween(t.model, 1, 200),
    lengthBetween(t.priceVersion, 1, 100),
    withoutNul(t.requestId, t.provider, t.model, t.priceVersion),
  ],
);

export type TokenUsage = typeof tokenUsage.$inferSelect;
export type NewTokenUsage = typeof tokenUsage.$inferInsert;
