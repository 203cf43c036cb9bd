import type { SqlText } from '@iron/db';
import { DAY, QUARTER } from '../durations.ts';

/** A table of sums: what its lines are about, and which piece of time each is for. */
export interface RollUp {
  readonly table: '_usage_by_token' | '_usage_by_model' | '_usage_by_model_quarter';
  readonly keys: readonly string[];
  readonly time: 'day' | 'quarter';
  readonly size: number;
}

export const ROLL_UPS: readonly RollUp[] = [
  { table: '_usage_by_token', keys: ['token_id'], time: 'day', size: DAY },
  { table: '_usage_by_model', keys: ['provider', 'model'], time: 'day', size: DAY },
  { table: '_usage_by_model_quarter', keys: ['provider', 'model'], time: 'quarter', size: QUARTER },
];

/** What usage adds up to, each sum under the name of its column, and how a row `u` of `token_usage` counts in it. */
export const SUMS = [
  ['requests', 'u.requests_count'],
  ['input_tokens', 'u.input_tokens'],
  ['output_tokens', 'u.output_tokens'],
  ['cached_input_tokens', 'u.cached_input_tokens'],
  ['cache_write_tokens', 'u.cache_write_tokens'],
  ['reasoning_tokens', 'u.reasoning_tokens'],
  ['audio_tokens', 'u.audio_tokens'],
  ['total_tokens', 'u.total_tokens'],
  ['cost_nanos', 'coalesce(u.cost_nanos, 0)'],
  ['unpriced_requests', 'CASE WHEN u.cost_nanos IS NULL THEN u.requests_count ELSE 0 END'],
] as const;

export const SUM_COLUMNS = SUMS.map(([column]) => column);

/** The rows of a span of time are found by it. */
const ROWS = { sqlite: 'token_usage u INDEXED BY idx_token_usage_recorded', postgres: 'token_usage u' };

/** The text of a statement on each engine. */
export function onEach(textOn: (engine: keyof typeof ROWS) => string): SqlText {
  return { sqlite: textOn('sqlite'), postgres: textOn('postgres') };
}

/** What the lines of a span must say: made from the rows. Binds the span's start and its end. */
export function derivedLines({ table, keys, time, size }: RollUp, engine: keyof typeof ROWS): string {
  // A token that is gone has no sums; usage of it is left by programs that do not enforce references.
  const ofTokens = table === '_usage_by_token' ? 'AND token_id IN (SELECT id FROM api_tokens)' : '';
  return `
    SELECT
      ${keys.join(', ')}, recorded_at - recorded_at % ${size} AS ${time},
      ${SUMS.map(([column, ofRow]) => `sum(${ofRow}) AS ${column}`).join(', ')}
    FROM ${ROWS[engine]}
    WHERE recorded_at >= ? AND recorded_at < ? ${ofTokens}
    GROUP BY ${[...keys, time].join(', ')}`;
}
