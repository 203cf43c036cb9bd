import { TIME } from '../../schema/valid-rows.fixture.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/** One call, as it is recorded. */
export interface Call {
  readonly token: number;
  readonly model: string;
  readonly at: number;
  readonly requests: number;
  readonly tokens: number;
  readonly cost: number | null;
}

export const call = (changes: Partial<Call> = {}): Call => ({
  token: 1,
  model: 'a',
  at: TIME,
  requests: 1,
  tokens: 10,
  cost: 5,
  ...changes,
});

/** Records the calls in one statement, in the order given. */
export async function recordCalls(query: PostgresQuery, calls: readonly Call[]): Promise<void> {
  await query(
    `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, cached_input_tokens,
       cache_write_tokens, reasoning_tokens, audio_tokens, total_tokens, requests_count, cost_nanos, price_version,
       recorded_at)
     SELECT c.token, 'p', c.model, c.tokens, c.tokens * 2, c.tokens * 3, c.tokens * 4, c.tokens * 5, c.tokens * 6,
       c.tokens * 7, c.requests, c.cost, CASE WHEN c.cost IS NOT NULL THEN 'v' END, c.at
     FROM json_to_recordset($1::json)
       AS c (token bigint, model text, at bigint, requests bigint, tokens bigint, cost bigint)`,
    [JSON.stringify(calls)],
  );
}

const SUMS = `requests, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens,
  audio_tokens, total_tokens, cost_nanos, unpriced_requests`;

const SUMMED = `sum(requests_count)::bigint AS requests, ${[
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'audio_tokens',
  'total_tokens',
]
  .map((name) => `sum(${name})::bigint AS ${name}`)
  .join(', ')}, coalesce(sum(cost_nanos), 0)::bigint AS cost_nanos,
  coalesce(sum(requests_count) FILTER (WHERE cost_nanos IS NULL), 0)::bigint AS unpriced_requests`;

const KINDS = [
  { table: '_usage_by_token', key: 'token_id, day', from: 'token_id, recorded_at - recorded_at % 86400000 AS day' },
  {
    table: '_usage_by_model',
    key: 'day, provider, model',
    from: 'recorded_at - recorded_at % 86400000 AS day, provider, model',
  },
  {
    table: '_usage_by_model_quarter',
    key: 'quarter, provider, model',
    from: 'recorded_at - recorded_at % 900000 AS quarter, provider, model',
  },
];

/** The sums that are kept; those of nothing are left out. */
export async function keptSums(query: PostgresQuery): Promise<unknown[]> {
  const sums = [];
  for (const { table, key } of KINDS) {
    sums.push(
      await query(`SELECT ${key}, ${SUMS} FROM ${table} WHERE requests <> 0 OR total_tokens <> 0 ORDER BY ${key}`),
    );
  }
  return sums;
}

/** What they have to be. */
export async function sumsOfRows(query: PostgresQuery): Promise<unknown[]> {
  const sums = [];
  for (const { key, from } of KINDS) {
    sums.push(await query(`SELECT ${from}, ${SUMMED} FROM token_usage GROUP BY ${key} ORDER BY ${key}`));
  }
  return sums;
}
