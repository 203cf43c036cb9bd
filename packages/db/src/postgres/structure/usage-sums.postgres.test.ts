import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TIME, VALID_ROWS } from '../../schema/valid-rows.fixture.ts';
import { insertRow } from './insert-row.fixture.ts';
import { type MigratedPostgres, migratedPostgres } from './migrated-postgres.fixture.ts';
import type { PostgresQuery } from './postgres-structure.ts';

const TOKENS = [1, 2, 3];

let postgres: MigratedPostgres;

beforeAll(async () => {
  postgres = await migratedPostgres();
});

afterAll(async () => {
  await postgres.close();
});

beforeEach(async () => {
  await empty();
});

async function empty(): Promise<void> {
  await postgres.query('DELETE FROM api_tokens');
  await postgres.query('TRUNCATE _usage_by_model, _usage_by_model_quarter');
  for (const id of TOKENS) await addToken(id);
}

const addToken = (id: number) =>
  insertRow(postgres.query, 'api_tokens', { ...VALID_ROWS.api_tokens, id, token_hash: String(id).repeat(64) });

interface Call {
  readonly token: number;
  readonly model: string;
  readonly at: number;
  readonly requests: number;
  readonly tokens: number;
  readonly cost: number | null;
}

const call = (changes: Partial<Call> = {}): Call => ({
  token: 1,
  model: 'a',
  at: TIME,
  requests: 1,
  tokens: 10,
  cost: 5,
  ...changes,
});

/** Records the calls in one statement, in the order given. */
async function record(query: PostgresQuery, calls: readonly Call[]): Promise<void> {
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

/** The sums that are kept, and those of the rows that are there; sums of nothing are left out. */
async function kept(): Promise<unknown[]> {
  const all = KINDS.map(({ table, key }) =>
    postgres.query(`SELECT ${key}, ${SUMS} FROM ${table} WHERE requests <> 0 OR total_tokens <> 0 ORDER BY ${key}`),
  );
  return await Promise.all(all);
}

async function summed(): Promise<unknown[]> {
  const all = KINDS.map(({ key, from }) =>
    postgres.query(`SELECT ${from}, ${SUMMED} FROM token_usage GROUP BY ${key} ORDER BY ${key}`),
  );
  return await Promise.all(all);
}

const calls = fc.array(
  fc.record({
    token: fc.constantFrom(...TOKENS),
    model: fc.constantFrom('a', 'B', 'ä'),
    at: fc.integer({ min: 0, max: 20 }).map((hours) => TIME + hours * 5_000_000),
    requests: fc.integer({ min: 1, max: 5 }),
    tokens: fc.integer({ min: 0, max: 1_000_000 }),
    cost: fc.option(fc.integer({ min: 0, max: 1_000_000_000 })),
  }),
  { maxLength: 8 },
);

const change = fc.oneof(
  calls.map((added) => ({ kind: 'record' as const, added })),
  fc.record({ kind: fc.constant('price' as const), model: fc.constantFrom('a', 'B', 'ä'), cost: fc.nat(1000) }),
  fc.record({ kind: fc.constant('unprice' as const), model: fc.constantFrom('a', 'B', 'ä') }),
  fc.record({ kind: fc.constant('delete' as const), token: fc.constantFrom(...TOKENS) }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

async function make(step: Change): Promise<void> {
  switch (step.kind) {
    case 'record':
      return await record(postgres.query, step.added);
    case 'price': {
      const sql = `UPDATE token_usage SET cost_nanos = $2 + id % 7, price_version = 'w' WHERE model = $1`;
      return void (await postgres.query(sql, [step.model, step.cost]));
    }
    case 'unprice': {
      const sql = 'UPDATE token_usage SET cost_nanos = NULL, price_version = NULL WHERE model = $1';
      return void (await postgres.query(sql, [step.model]));
    }
    case 'delete':
      await postgres.query('DELETE FROM api_tokens WHERE id = $1', [step.token]);
      await addToken(step.token);
  }
}

describe('the sums of usage on PostgreSQL', () => {
  test('are those of the rows, whatever is recorded, priced and deleted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (steps) => {
        await empty();
        for (const step of steps) await make(step);
        expect(await kept()).toEqual(await summed());
      }),
      { numRuns: 40 },
    );
  });

  test('lose several tokens at once', async () => {
    await record(postgres.query, [call(), call({ token: 2, model: 'b', cost: null }), call({ token: 3, requests: 4 })]);
    await postgres.query('DELETE FROM api_tokens WHERE id IN (1, 2)');
    expect(await kept()).toEqual(await summed());
    expect(await postgres.query('SELECT model, requests FROM _usage_by_model ORDER BY model')).toEqual([
      { model: 'a', requests: 4 },
      { model: 'b', requests: 0 },
    ]);
  });

  test('keep what is dropped for its age, in a transaction that deletes another token, too', async () => {
    await record(postgres.query, [call(), call({ token: 2 }), call({ token: 3 })]);
    await postgres.query('BEGIN');
    await postgres.query('DELETE FROM api_tokens WHERE id = 3');
    await postgres.query('DELETE FROM token_usage WHERE token_id = 2');
    await postgres.query('COMMIT');
    expect(await postgres.query('SELECT requests FROM _usage_by_model')).toEqual([{ requests: 2 }]);
    expect(await postgres.query('SELECT token_id, requests FROM _usage_by_token ORDER BY 1')).toEqual([
      { token_id: 1, requests: 1 },
      { token_id: 2, requests: 1 },
    ]);
  });

  test('are not touched by a change that is none of a price', async () => {
    await record(postgres.query, [call()]);
    const before = await postgres.query('SELECT xmin::text FROM _usage_by_model');
    await postgres.query("UPDATE token_usage SET price_version = 'w', cost_nanos = 5");
    expect(await postgres.query('SELECT xmin::text FROM _usage_by_model')).toEqual(before);
  });

  test('count a request once that is recorded twice', async () => {
    const row = { ...VALID_ROWS.token_usage, request_id: 'r' };
    await insertRow(postgres.query, 'token_usage', row);
    await insertRow(postgres.query, 'token_usage', row, 'ON CONFLICT DO NOTHING');
    expect(await postgres.query('SELECT requests FROM _usage_by_model')).toEqual([{ requests: 1 }]);
  });

  test('cannot be left behind by tokens that are truncated', async () => {
    await expect(postgres.query('TRUNCATE api_tokens CASCADE')).rejects.toThrow('use DELETE');
  });

  test('take two at once who record the same models and tokens in opposite orders', async () => {
    await using one = await postgres.connect();
    await using other = await postgres.connect();
    const all = TOKENS.flatMap((token) =>
      ['a', 'b', 'c', 'd', 'e', 'f'].map((model, hour) => call({ token, model, at: TIME + hour * 4_000_000 })),
    );
    const many = async ({ query }: { query: PostgresQuery }, order: readonly Call[]) => {
      for (let round = 0; round < 60; round += 1) await record(query, order);
    };
    await Promise.all([many(one, all), many(other, all.toReversed())]);
    expect(await kept()).toEqual(await summed());
    expect(await postgres.query('SELECT count(*) AS rows FROM token_usage')).toEqual([{ rows: 120 * all.length }]);
  });
});

describe('holds on PostgreSQL', () => {
  test('forget a limit and a token that are deleted', async () => {
    await insertRow(postgres.query, 'usage_limits', { ...VALID_ROWS.usage_limits, id: 1 });
    await insertRow(postgres.query, '_holds', { ...VALID_ROWS['_holds'], token_id: 1 });
    await insertRow(postgres.query, '_hold_limits', VALID_ROWS['_hold_limits']);
    await postgres.query('DELETE FROM usage_limits');
    await postgres.query('DELETE FROM api_tokens WHERE id = 1');
    expect(await postgres.query('SELECT token_id FROM _holds')).toEqual([{ token_id: null }]);
    expect(await postgres.query('SELECT * FROM _hold_limits')).toEqual([]);
  });
});
