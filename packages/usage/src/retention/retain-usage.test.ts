import { verifyAudit } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { usageReporter } from '../reports/report.ts';
import { verifyTotals } from '../totals/verify-totals.ts';
import { UsageTooOldError } from '../usage-errors.ts';
import {
  aUsageRow,
  columnOf,
  DAY,
  execute,
  insertRows,
  listsOf,
  NOON,
  usageDatabase,
  valueOf,
} from '../usage-database.fixture.ts';
import { UsageTracker } from '../usage-tracker.ts';
import { retainTraces, retainUsage } from './retain-usage.ts';

const MIDNIGHT = NOON - (NOON % DAY);
const now = () => NOON;

describe('retainUsage', () => {
  test('drops whole days that are older, and keeps what they add up to', async () => {
    const database = await usageDatabase();
    const times = [MIDNIGHT - 7 * DAY - 1, MIDNIGHT - 7 * DAY, NOON - 6 * DAY, NOON];
    await insertRows(
      database,
      times.map((recordedAt) => aUsageRow({ recordedAt })),
    );
    const question = { to: NOON + 1, groupBy: ['model'], interval: 'day' };
    const report = usageReporter(database);
    const before = await report(question, NOON);

    const dropped = await retainUsage({ database, now }, { keepDays: 7, actor: { userId: 'ann' } });

    expect(dropped).toEqual({ deleted: 1, keptFrom: MIDNIGHT - 7 * DAY });
    expect(await columnOf(database, 'SELECT recorded_at FROM token_usage ORDER BY 1')).toEqual(times.slice(1));
    expect(await report(question, NOON)).toEqual(before);
    expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
    expect(await listsOf(database, 'SELECT actor_user_id, action FROM audit_log')).toEqual([['ann', 'retain']]);
    expect((await verifyAudit(database.reader))[0]).toMatchObject({ rows: 1, broken: null });
  });

  test('goes on where a run was stopped, and never moves back what it said', async () => {
    const database = await usageDatabase();
    await insertRows(
      database,
      Array.from({ length: 25 }, () => aUsageRow({ recordedAt: NOON - 30 * DAY })),
    );
    await execute(database, `UPDATE _usage_horizon SET pruned_before = ${MIDNIGHT - 7 * DAY}`);

    expect(await retainUsage({ database, now }, { keepDays: 20, batchSize: 10 })).toMatchObject({ deleted: 25 });
    expect(await valueOf(database, 'SELECT pruned_before FROM _usage_horizon')).toBe(MIDNIGHT - 7 * DAY);
  });

  test.each([1, 0])(
    'with a clock that is a year ahead does not keep calls from being recorded after it',
    async (rows) => {
      const database = await usageDatabase();
      await using tracker = await UsageTracker.open(database, { now });
      await insertRows(
        database,
        Array.from({ length: rows }, () => aUsageRow({ recordedAt: NOON - DAY })),
      );

      const dropped = await retainUsage({ database, now: () => NOON + 365 * DAY }, { keepDays: 30 });

      expect(dropped).toEqual({ deleted: rows, keptFrom: rows === 0 ? 0 : MIDNIGHT });
      const { costNanos: _cost, priceVersion: _version, recordedAt: _at, ...call } = aUsageRow();
      expect(await tracker.recordUsage(call)).toMatchObject({ recorded: true });
    },
  );

  test('lets others write between its batches (litellm#36594: deletes that saturate the database)', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });
    await insertRows(
      database,
      Array.from({ length: 2_000 }, () => aUsageRow({ recordedAt: NOON - 30 * DAY })),
    );
    const countOld = `SELECT count(*) FROM token_usage WHERE recorded_at < ${NOON - DAY}`;
    const left: unknown[] = [];

    const retention = tracker.retainUsage({ keepDays: 7, batchSize: 20 });
    for (let call = 0; call < 10; call += 1) {
      await tracker.recordUsage({ tokenId: 1, provider: 'openai', model: 'gpt-4o', inputTokens: 1, outputTokens: 1 });
      left.push(await valueOf(database, countOld));
    }

    expect(await retention).toMatchObject({ deleted: 2_000 });
    expect(left.filter((rows) => Number(rows) > 0 && Number(rows) < 2_000).length).toBeGreaterThan(5);
    expect(await valueOf(database, 'SELECT count(*) FROM token_usage')).toBe(10);
    expect((await tracker.report()).items).toMatchObject([{ requests: 2_010n }]);
    expect(await tracker.verifyTotals()).toMatchObject({ drifted: 0 });
  });

  test('after it a call that says its old time is refused, not counted twice', async () => {
    const database = await usageDatabase();
    await using tracker = await UsageTracker.open(database, { now });
    const call = { tokenId: 1, requestId: 'r', provider: 'openai', model: 'gpt-4o', inputTokens: 1, outputTokens: 1 };
    await tracker.recordUsage({ ...call, recordedAt: NOON - 30 * DAY });
    await tracker.retainUsage({ keepDays: 7 });

    await expect(tracker.recordUsage({ ...call, recordedAt: NOON - 30 * DAY })).rejects.toThrow(UsageTooOldError);
  });

  test.each([{ keepDays: 0 }, { keepDays: 1.5 }, {}, { keepDays: 7, days: 7 }])('refuses %j', async (input) => {
    const database = await usageDatabase();
    await expect(retainUsage({ database, now }, input)).rejects.toThrow('retainUsage: ');
  });
});

describe('retainTraces', () => {
  test('drops traces of days that are older, in batches, none of them read into memory (litellm#21908)', async () => {
    const database = await usageDatabase();
    const values = Array.from({ length: 30 }, (_, day) => `(1, 'a', 'b', '/', 1, ${NOON - day * DAY})`);
    await execute(
      database,
      `INSERT INTO api_call_traces (token_id, provider, model, endpoint, duration_ms, traced_at) VALUES ${values.join()}`,
    );

    expect(await retainTraces({ database, now }, { keepDays: 7, batchSize: 5 })).toEqual({
      deleted: 22,
      keptFrom: MIDNIGHT - 7 * DAY,
    });
    expect(await valueOf(database, 'SELECT count(*) FROM api_call_traces')).toBe(8);
  });
});
