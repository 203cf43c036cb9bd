import { type IronDatabase, need, SumTooLargeError } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { UnknownTokenError, UsageConflictError, UsageTooOldError } from '../usage-errors.ts';
import { aUsageRow, columnOf, DAY, execute, NOON, usageDatabase, valueOf } from '../usage-database.fixture.ts';
import type { UsageRow } from './usage.ts';
import { USAGE } from './usage-memory.ts';
import { type InsertedUsage, usageRecorder } from './usage-recorder.ts';

async function countRows(database: IronDatabase): Promise<unknown> {
  return await valueOf(database, 'SELECT count(*) FROM token_usage');
}

async function insert(database: IronDatabase, about: Partial<UsageRow> = {}): Promise<InsertedUsage> {
  return await database.write((tx) => usageRecorder().insert(tx, aUsageRow(about)));
}

async function refusalOf(work: Promise<unknown>): Promise<unknown[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UsageConflictError) return [error.message, error.hint, error.details];
  }
  return [];
}

describe('usageRecorder', () => {
  test('writes every column of a row', async () => {
    const database = await usageDatabase();
    const row = aUsageRow({
      requestId: 'r',
      cachedInputTokens: 40,
      cacheWriteTokens: 30,
      reasoningTokens: 5,
      audioTokens: 4,
    });

    const { usageId } = await insert(database, row);

    const stored = await database.reader.statement('SELECT * FROM token_usage').get();
    expect(stored).toEqual({
      id: usageId,
      token_id: 1,
      request_id: 'r',
      provider: 'openai',
      model: 'gpt-4o',
      input_tokens: 100,
      output_tokens: 10,
      cached_input_tokens: 40,
      cache_write_tokens: 30,
      reasoning_tokens: 5,
      audio_tokens: 4,
      total_tokens: 110,
      requests_count: 1,
      cost_nanos: 350_000,
      price_version: 'test@1',
      recorded_at: NOON,
    });
  });

  test('refuses what a day could not add up, by name, and records what others do meanwhile', async () => {
    const database = await usageDatabase();
    await insert(database);
    await execute(database, "UPDATE _usage_by_model SET total_tokens = 9223372036854775000 WHERE model = 'gpt-4o'");
    const record = (about: Partial<UsageRow>) =>
      database.call({
        needs: () => [need(USAGE, { requestId: null, tokenId: 1 })],
        work: (tx) => usageRecorder().insert(tx, aUsageRow(about)),
      });

    const [refused, recorded] = await Promise.allSettled([record({ inputTokens: 1000 }), record({ model: 'other' })]);

    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'database.sum_too_large' } });
    expect(recorded).toMatchObject({ status: 'fulfilled', value: { recorded: true } });
    await expect(insert(database, { inputTokens: 1000 })).rejects.toThrow(SumTooLargeError);
    expect(await countRows(database)).toBe(2);
  });

  test('counts a request once, however often it is recorded, at the time and price of the first', async () => {
    const database = await usageDatabase();

    const first = await insert(database, { requestId: 'r' });
    const again = await insert(database, {
      requestId: 'r',
      recordedAt: NOON + DAY,
      costNanos: 9,
      priceVersion: 'test@2',
    });

    expect(first).toEqual({ usageId: 1, recorded: true, costNanos: 350_000, priceVersion: 'test@1' });
    expect(again).toEqual({ usageId: 1, recorded: false, costNanos: 350_000, priceVersion: 'test@1' });
    expect(await countRows(database)).toBe(1);
    expect(await columnOf(database, 'SELECT requests FROM _usage_by_model')).toEqual([1]);
  });

  test('records calls without a request id as often as they come', async () => {
    const database = await usageDatabase();

    expect([await insert(database), await insert(database)].map(({ recorded }) => recorded)).toEqual([true, true]);
    expect(await countRows(database)).toBe(2);
  });

  test.each([
    ['other counts', { inputTokens: 101 }],
    ['another model', { model: 'gpt-4o-mini' }],
    ['another provider', { provider: 'azure' }],
    ['another total', { totalTokens: 200 }],
    ['other parts', { cachedInputTokens: 1 }],
    ['a cost that the caller gave', { costNanos: 1, priceVersion: 'given' }],
  ])('refuses a request id that comes again with %s', async (_, about) => {
    const database = await usageDatabase();
    await insert(database, { requestId: 'r' });

    await expect(insert(database, { requestId: 'r', ...about })).rejects.toThrow(UsageConflictError);
    expect(await countRows(database)).toBe(1);
  });

  test('refuses the request id of another token, and says nothing of that token', async () => {
    const database = await usageDatabase();
    await insert(database, { requestId: 'r', tokenId: 3 });
    const ofAStranger = await refusalOf(insert(database, { requestId: 'r', tokenId: 1 }));
    const ofOnesOwn = await refusalOf(insert(database, { requestId: 'r', tokenId: 3, inputTokens: 7 }));

    expect(ofAStranger).toHaveLength(3);
    expect(ofAStranger).toEqual(ofOnesOwn);
  });

  test('refuses an unknown token, also where foreign keys are off', async () => {
    const database = await usageDatabase();

    await expect(insert(database, { tokenId: 99 })).rejects.toThrow(UnknownTokenError);
    if (database.engine === 'sqlite') database.connection.pragma('foreign_keys = OFF');
    await expect(insert(database, { tokenId: 99, requestId: 'r' })).rejects.toThrow(
      'There is no token with the id 99.',
    );
    expect(await countRows(database)).toBe(0);
  });

  test('refuses a call of a time whose rows may be gone: it could have been counted already', async () => {
    const database = await usageDatabase();
    await execute(database, `UPDATE _usage_horizon SET pruned_before = ${NOON - (NOON % DAY)}`);

    await expect(insert(database, { recordedAt: NOON - DAY })).rejects.toThrow(UsageTooOldError);
    expect((await insert(database, { recordedAt: NOON - (NOON % DAY) })).recorded).toBe(true);
  });
});
