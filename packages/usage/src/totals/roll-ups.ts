/** A table of sums: what its lines are about, and which piece of time each is for. */
export interface RollUp {
  readonly table: '_usage_by_token' | '_usage_by_model' | '_usage_by_model_quarter';
  readonly keys: readonly string[];
  readonly time: 'day' | 'quarter';
  readonly size: number;
}

export const DAY = 86_400_000;

export const ROLL_UPS: readonly RollUp[] = [
  { table: '_usage_by_token', keys: ['token_id'], time: 'day', size: DAY },
  { table: '_usage_by_model', keys: ['provider', 'model'], time: 'day', size: DAY },
  { table: '_usage_by_model_quarter', keys: ['provider', 'model'], time: 'quarter', size: 900_000 },
];

export const SUMS = [
  'requests',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'audio_tokens',
  'total_tokens',
  'cost_nanos',
  'unpriced_requests',
] as const;

/** What the lines of a span must say: made from the rows. Binds the span's start and its end. */
export function derivedLines({ keys, time, size }: RollUp): string {
  return `
    SELECT
      ${keys.join(', ')}, recorded_at - recorded_at % ${size} AS ${time},
      sum(requests_count) AS requests, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
      sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
      sum(reasoning_tokens) AS reasoning_tokens, sum(audio_tokens) AS audio_tokens, sum(total_tokens) AS total_tokens,
      sum(coalesce(cost_nanos, 0)) AS cost_nanos,
      sum(iif(cost_nanos IS NULL, requests_count, 0)) AS unpriced_requests
    FROM token_usage INDEXED BY idx_token_usage_recorded
    WHERE recorded_at >= ? AND recorded_at < ?
    GROUP BY ${[...keys, time].join(', ')}`;
}
