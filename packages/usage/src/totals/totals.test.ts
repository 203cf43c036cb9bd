import type { IronDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { aUsageRow, DAY, insertRows, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { rebuildTotals } from './rebuild-totals.ts';
import { verifyTotals } from './verify-totals.ts';

const MIDNIGHT = NOON - (NOON % DAY);

async function usedDatabase(): Promise<IronDatabase> {
  const database = await usageDatabase();
  const rows = [0, 1, 2].flatMap((day) =>
    [1, 2, 3].map((tokenId) => aUsageRow({ tokenId, model: `model-${tokenId}`, recordedAt: NOON - day * DAY })),
  );
  insertRows(database, rows);
  return database;
}

function allSums({ connection }: IronDatabase): unknown[] {
  const tables = ['_usage_by_token', '_usage_by_model', '_usage_by_model_quarter'];
  return tables.map((table) => connection.prepare(`SELECT * FROM ${table}`).raw().all());
}

describe('verifyTotals', () => {
  test('finds nothing wrong with what was recorded, priced and deleted in the usual ways (litellm#19163)', async () => {
    using database = await usedDatabase();
    database.connection.exec('DELETE FROM api_tokens WHERE id = 2');
    database.connection.exec('UPDATE token_usage SET cost_nanos = 7 WHERE token_id = 3');

    expect(await verifyTotals(database)).toEqual({ days: 3, drifted: 0, drifts: [] });
  });

  test('takes the usage of a deleted token out of the sums of its models', async () => {
    using database = await usedDatabase();
    database.connection.exec('DELETE FROM api_tokens WHERE id = 2');

    const sums = database.connection
      .prepare('SELECT model, sum(requests), sum(cost_nanos) FROM _usage_by_model GROUP BY 1')
      .raw();
    expect(sums.all()).toEqual([
      ['model-1', 3, 1_050_000],
      ['model-2', 0, 0],
      ['model-3', 3, 1_050_000],
    ]);
    expect(database.connection.prepare('SELECT count(*) FROM _usage_by_token WHERE token_id = 2').pluck().get()).toBe(
      0,
    );
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
    using database = await usedDatabase();
    const right = allSums(database);
    database.connection.exec(damage);

    expect(await verifyTotals(database)).toMatchObject({ drifted: 1, drifts: [drift] });
    await rebuildTotals({ database, now: () => NOON }, {});
    expect(allSums(database)).toEqual(right);
  });

  test('names a row that went around the triggers', async () => {
    using database = await usedDatabase();
    database.connection.exec('DELETE FROM token_usage WHERE id = 1');

    const { drifted, drifts } = await verifyTotals(database);

    expect(drifted).toBe(3);
    expect(drifts.map(({ table }) => table).toSorted()).toEqual([
      '_usage_by_model',
      '_usage_by_model_quarter',
      '_usage_by_token',
    ]);
  });

  test('leaves alone the sums of days whose rows were dropped', async () => {
    using database = await usedDatabase();
    database.connection.exec(`
      UPDATE _usage_horizon SET pruned_before = ${MIDNIGHT};
      DELETE FROM token_usage WHERE recorded_at < ${MIDNIGHT}`);
    const before = allSums(database);

    expect(await verifyTotals(database)).toEqual({ days: 1, drifted: 0, drifts: [] });
    expect(await rebuildTotals({ database, now: () => NOON }, {})).toEqual({ days: 1 });
    expect(allSums(database)).toEqual(before);
  });
});

test('usage of a token that is gone, as programs without foreign keys leave it, keeps no sums from being rebuilt', async () => {
  using database = await usedDatabase();
  database.connection.pragma('foreign_keys = OFF');
  insertRows(database, [aUsageRow({ tokenId: 77, recordedAt: NOON })]);
  database.connection.exec('DELETE FROM _usage_by_token WHERE token_id = 77');
  database.connection.pragma('foreign_keys = ON');

  expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
  expect(await rebuildTotals({ database, now: () => NOON }, {})).toEqual({ days: 3 });
  expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
});
