import { expect, test } from 'vitest';
import { aUsageRow, DAY, execute, insertRows, NOON, sqliteUsageDatabase } from '../usage-database.fixture.ts';
import { rebuildTotals } from './rebuild-totals.ts';
import { verifyTotals } from './verify-totals.ts';

test('usage of a token that is gone, as programs without foreign keys leave it, keeps no sums from being rebuilt', async () => {
  const database = await sqliteUsageDatabase();
  const rows = [0, 1, 2].map((day) => aUsageRow({ recordedAt: NOON - day * DAY }));
  await insertRows(database, rows);
  database.connection.pragma('foreign_keys = OFF');
  await insertRows(database, [aUsageRow({ tokenId: 77, recordedAt: NOON })]);
  await execute(database, 'DELETE FROM _usage_by_token WHERE token_id = 77');
  database.connection.pragma('foreign_keys = ON');

  expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
  expect(await rebuildTotals({ database, now: () => NOON }, {})).toEqual({ days: 3 });
  expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
});
