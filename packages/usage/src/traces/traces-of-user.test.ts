import { type IronDatabase, schema } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { addToken, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { type ListTracesInput, listTraces, listTracesSchema, tracesQuery } from './read-traces.ts';

const MODELS = ['large', 'small'];

/** A trace every other millisecond, of the tokens in turn: 1 and 2 are ann's, 3 is bob's. Their ids are 1, 2, 3, … */
function addTraces(database: IronDatabase, count: number): void {
  database.transact((tx) => {
    for (let index = 0; index < count; index += 1) {
      const when = { tracedAt: NOON + Math.floor(index / 2), durationMs: 1 };
      const what = { provider: 'openai', model: MODELS[index % 2] ?? '', endpoint: '/v1' };
      tx.insert(schema.apiCallTraces)
        .values({ tokenId: 1 + (index % 3), ...when, ...what })
        .run();
    }
  });
}

function idsOf(database: IronDatabase, input: ListTracesInput): number[] {
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = listTraces(database, { ...input, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

describe('the traces of a user', () => {
  test('are those of all their tokens and of nobody else, latest first, page by page', async () => {
    using database = await usageDatabase();
    addTraces(database, 30);
    const latestFirst = Array.from({ length: 30 }, (_, index) => 30 - index);

    for (const limit of [1, 4, 1000]) {
      expect(idsOf(database, { userId: 'ann', limit })).toEqual(latestFirst.filter((id) => id % 3 !== 0));
      expect(idsOf(database, { userId: 'bob', limit })).toEqual(latestFirst.filter((id) => id % 3 === 0));
    }
    expect(idsOf(database, { userId: 'carol' })).toEqual([]);
  });

  test('can be asked for with anything else', async () => {
    using database = await usageDatabase();
    addTraces(database, 12);

    expect(idsOf(database, { userId: 'ann', model: 'small', limit: 1 })).toEqual([10, 8, 4, 2]);
    expect(idsOf(database, { userId: 'ann', tokenId: 2, limit: 1 })).toEqual([11, 8, 5, 2]);
    expect(idsOf(database, { userId: 'ann', tokenId: 3 })).toEqual([]);
    expect(idsOf(database, { userId: 'ann', from: NOON + 1, to: NOON + 3, limit: 1 })).toEqual([5, 4]);
  });

  test('are found by the index of their tokens, however many traces there are', async () => {
    using database = await usageDatabase();
    addToken(database, { id: 4, userId: 'ann' });
    const question = listTracesSchema.parse({ userId: 'ann', from: NOON, to: NOON + 1 });

    const { sql, params } = tracesQuery(database.reader, question).toSQL();
    const plan = database.connection
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...params)
      .map(({ detail }) => detail);

    expect(plan.filter((step) => /\bapi_call_traces\b|\bt\b/.test(step))).toEqual([
      'SEARCH api_call_traces USING INTEGER PRIMARY KEY (rowid=?)',
      expect.stringMatching(/^SEARCH t USING (COVERING )?INDEX idx_api_tokens_user \(user_id=\?\)$/),
      expect.stringMatching(
        /^SEARCH api_call_traces USING (COVERING )?INDEX idx_api_call_traces_token \(token_id=\? AND traced_at>\? AND traced_at<\?\)$/,
      ),
    ]);
  });
});
