import { expect, test } from 'vitest';
import { addToken, NOON, sqliteUsageDatabase } from '../usage-database.fixture.ts';
import { listTracesSchema, tracesQuery } from './read-traces.ts';

test('the traces of a user are found by the index of their tokens, however many traces there are', async () => {
  const database = await sqliteUsageDatabase();
  await addToken(database, { id: 4, userId: 'ann' });
  const question = listTracesSchema.parse({ userId: 'ann', from: NOON, to: NOON + 1 });

  const { sql, params } = tracesQuery(database, question).toSQL();
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
