import type { IronDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import {
  aUsageRow,
  DAY,
  execute,
  insertRows,
  listsOf,
  NOON,
  usageDatabase,
  valueOf,
} from '../usage-database.fixture.ts';
import { rebuildTotals } from './rebuild-totals.ts';
import { verifyTotals } from './verify-totals.ts';

const MIDNIGHT = NOON - (NOON % DAY);

async function usedDatabase(): Promise<IronDatabase> {
  const database = await usageDatabase();
  const rows = [0, 1, 2].flatMap((day) =>
    [1, 2, 3].map((tokenId) => aUsageRow({ tokenId, model: `model-${tokenId}`, recordedAt: NOON - day * DAY })),
  );
  await insertRows(database, rows);
  return database;
}

async function allSums(database: IronDatabase): Promise<unknown[]> {
  const tables = ['_usage_by_token', '_usage_by_model', '_usage_by_model_quarter'];
  return await Promise.all(
    tables.map(async (table) => await listsOf(database, `SELECT * FROM ${table} ORDER BY 1, 2, 3`)),
  );
}

describe('verifyTotals', () => {
  test('finds nothing wrong with what was recorded, priced and deleted in the usual ways (litellm#19163)', async () => {
    const database = await usedDatabase();
    await execute(database, 'DELETE FROM api_tokens WHERE id = 2');
    await execute(database, 'UPDATE token_usage SET cost_nanos = 7 WHERE token_id = 3');

    expect(await verifyTotals(database)).toEqual({ days: 3, drifted: 0, drifts: [] });
  });

  test('takes the usage of a deleted token out of the sums of its models', async () => {
    const database = await usedDatabase();
    await execute(database, 'DELETE FROM api_tokens WHERE id = 2');

    const sums = await listsOf(
      database,
      'SELECT model, sum(requests) AS requests, sum(cost_nanos) AS cost FROM _usage_by_model GROUP BY 1 ORDER BY 1',
    );
    expect(sums).toEqual([
      ['model-1', 3, 1_050_000],
      ['model-2', 0, 0],
      ['model-3', 3, 1_050_000],
    ]);
    expect(await valueOf(database, 'SELECT count(*) FROM _usage_by_token WHERE token_id = 2')).toBe(0);
  });

  test.each([
    [
      'a token',
      `UPDATE _usage_by_token SET cost_nanos = cost_nanos + 5 WHERE token_id = 2 AND day = ${MIDNIGHT}`,
      {
        table: '_usage_by_token',
        start: MIDNIGHT,
        subject: 'token 2',
        column: 'cost_nanos',
        kept: 350_005n,
        derived: 350_000n,
      },
    ],
    [
      'a token whose sums are gone',
      `DELETE FROM _usage_by_token WHERE token_id = 2 AND day = ${MIDNIGHT}`,
      { table: '_usage_by_token', start: MIDNIGHT, subject: 'token 2', column: 'requests', kept: 0n, derived: 1n },
    ],
    [
      'a token that used nothing that day',
      `UPDATE _usage_by_token SET day = ${MIDNIGHT + 9 * DAY} WHERE token_id = 2 AND day = ${MIDNIGHT};
       INSERT INTO _usage_by_token SELECT token_id, ${MIDNIGHT}, 1, 100, 10, 0, 0, 0, 0, 110, 350000, 0
       FROM _usage_by_token WHERE token_id = 2 LIMIT 1`,
      {
        table: '_usage_by_token',
        start: MIDNIGHT + 9 * DAY,
        subject: 'token 2',
        column: 'total_tokens',
        kept: 110n,
        derived: 0n,
      },
    ],
    [
      'a model that nobody used that day',
      `INSERT INTO _usage_by_model VALUES (${MIDNIGHT + 9 * DAY}, 'x', 'y', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
      {
        table: '_usage_by_model',
        start: MIDNIGHT + 9 * DAY,
        subject: 'x y',
        column: 'requests',
        kept: 1n,
        derived: 0n,
      },
    ],
    [
      'a quarter of an hour',
      `UPDATE _usage_by_model_quarter SET output_tokens = 11 WHERE quarter = ${NOON} AND model = 'model-1'`,
      {
        table: '_usage_by_model_quarter',
        start: NOON,
        subject: 'openai model-1',
        column: 'output_tokens',
        kept: 11n,
        derived: 10n,
      },
    ],
  ])('names what is wrong: %s; and rebuildTotals puts it right', async (_, damage, drift) => {
    const database = await usedDatabase();
    const right = await allSums(database);
    await execute(database, damage);

    expect(await verifyTotals(database)).toMatchObject({ drifted: 1, drifts: [drift] });
    await rebuildTotals({ database, now: () => NOON }, {});
    expect(await allSums(database)).toEqual(right);
  });

  test('names a row that went around the triggers', async () => {
    const database = await usedDatabase();
    await execute(database, 'DELETE FROM token_usage WHERE id = 1');

    const { drifted, drifts } = await verifyTotals(database);

    expect(drifted).toBe(3);
    expect(drifts.map(({ table }) => table).toSorted()).toEqual([
      '_usage_by_model',
      '_usage_by_model_quarter',
      '_usage_by_token',
    ]);
  });

  test('leaves alone the sums of days whose rows were dropped', async () => {
    const database = await usedDatabase();
    await execute(
      database,
      `
      UPDATE _usage_horizon SET pruned_before = ${MIDNIGHT};
      DELETE FROM token_usage WHERE recorded_at < ${MIDNIGHT}`,
    );
    const before = await allSums(database);

    expect(await verifyTotals(database)).toEqual({ days: 1, drifted: 0, drifts: [] });
    expect(await rebuildTotals({ database, now: () => NOON }, {})).toEqual({ days: 1 });
    expect(await allSums(database)).toEqual(before);
  });
});
