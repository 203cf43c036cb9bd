import { check, index, integer, sql, sqliteTable, text } from '../drizzle.ts';
import { apiTokens } from './api-tokens.ts';
import { bytesAtMost, inMilliseconds, lengthBetween, notNegative, withoutNul } from './column-checks.ts';

/** Calls as they went over the wire. */
export const apiCallTraces = sqliteTable(
  'api_call_traces',
  {
    id: integer('id').primaryKey(),
    tokenId: integer('token_id')
      .notNull()
      .references(() => apiTokens.id, { onDelete: 'cascade' }),
    requestId: text('request_id'),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    endpoint: text('endpoint').notNull(),
    requestPayload: text('request_payload'),
    /** NULL: no answer came. */
    responseStatus: integer('response_status'),
    responsePayload: text('response_payload'),
    durationMs: integer('duration_ms').notNull(),
    inputTokens: integer('input_tokens'),
    outputTokens: integer('output_tokens'),
    totalTokens: integer('total_tokens'),
    costNanos: integer('cost_nanos'),
    tracedAt: integer('traced_at').notNull(),
  },
  (t) => [
    index('idx_api_call_traces_token').on(t.tokenId, t.tracedAt),
    index('idx_api_call_traces_traced').on(t.tracedAt),
    index('idx_api_call_traces_request')
      .on(t.requestId)
      .where(sql`${t.requestId} IS NOT NULL`),
    check('response_status_is_http', sql`${t.responseStatus} BETWEEN 100 AND 599`),
    ...notNegative(t.durationMs, t.inputTokens, t.outputTokens, t.totalTokens, t.costNanos),
    ...inMilliseconds(t.tracedAt),
    lengthBetween(t.requestId, 1, 200),
    lengthBetween(t.provider, 1, 100),
    lengthBetween(t.model, 1, 200),
    lengthBetween(t.endpoint, 1, 2000),
    bytesAtMost(t.requestPayload, 1_048_576),
    bytesAtMost(t.responsePayload, 1_048_576),
    withoutNul(t.requestId, t.provider, t.model, t.endpoint),
  ],
);

export type ApiCallTrace = typeof apiCallTraces.$inferSelect;
export type NewApiCallTrace = typeof apiCallTraces.$inferInsert;
