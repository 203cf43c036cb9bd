import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  option,
  record,
} from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TIME, VALID_ROWS } from '../../schema/valid-rows.fixture.ts';
import { insertRow } from './insert-row.fixture.ts';
import { type MigratedPostgres, migratedPostgres, type TestConnection } from './migrated-postgres.fixture.ts';
import { type Call, call, keptSums, recordCalls, sumsOfRows } from './recorded-calls.fixture.ts';

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

const calls = array(
  record({
    token: constantFrom(...TOKENS),
    model: constantFrom('a', 'B', 'ä'),
    at: integer({ min: 0, max: 20 }).map((hours) => TIME + hours * 5_000_000),
    requests: integer({ min: 1, max: 5 }),
    tokens: integer({ min: 0, max: 1_000_000 }),
    cost: option(integer({ min: 0, max: 1_000_000_000 })),
  }),
  { maxLength: 8 },
);

const change = oneof(
  calls.map((added) => ({ kind: 'record' as const, added })),
  record({ kind: constant('price' as const), model: constantFrom('a', 'B', 'ä'), cost: nat(1000) }),
  record({ kind: constant('unprice' as const), model: constantFrom('a', 'B', 'ä') }),
  record({ kind: constant('delete' as const), token: constantFrom(...TOKENS) }),
);

type Change = typeof change extends Arbitrary<infer T> ? T : never;

async function make(step: Change): Promise<void> {
  switch (step.kind) {
    case 'record':
      return await recordCalls(postgres.query, step.added);
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

async function recordOften({ query }: TestConnection, sameCalls: readonly Call[]): Promise<void> {
  for (let round = 0; round < 60; round += 1) await recordCalls(query, sameCalls);
}

describe('the sums of usage on PostgreSQL', () => {
  test('are those of the rows, whatever is recorded, priced and deleted', async () => {
    await assert(
      asyncProperty(array(change, { maxLength: 12 }), async (steps) => {
        await empty();
        for (const step of steps) await make(step);
        expect(await keptSums(postgres.query)).toEqual(await sumsOfRows(postgres.query));
      }),
      { numRuns: 40 },
    );
  });

  test('lose several tokens at once', async () => {
    await recordCalls(postgres.query, [
      call(),
      call({ token: 2, model: 'b', cost: null }),
      call({ token: 3, requests: 4 }),
    ]);
    await postgres.query('DELETE FROM api_tokens WHERE id IN (1, 2)');
    expect(await keptSums(postgres.query)).toEqual(await sumsOfRows(postgres.query));
    expect(await postgres.query('SELECT model, requests FROM _usage_by_model ORDER BY model')).toEqual([
      { model: 'a', requests: 4 },
      { model: 'b', requests: 0 },
    ]);
  });

  test('keep what is dropped for its age, in a transaction that deletes another token, too', async () => {
    await recordCalls(postgres.query, [call(), call({ token: 2 }), call({ token: 3 })]);
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
    await recordCalls(postgres.query, [call()]);
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
    await Promise.all([recordOften(one, all), recordOften(other, all.toReversed())]);
    expect(await keptSums(postgres.query)).toEqual(await sumsOfRows(postgres.query));
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
