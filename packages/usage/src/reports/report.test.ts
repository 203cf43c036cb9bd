import * as fc from 'fast-check';
import { InvalidCursorError, InvalidInputError, type IronDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import type { UsageRow } from '../recording/usage.ts';
import { TooManyPeriodsError, UsageDroppedError } from '../usage-errors.ts';
import { addToken, aUsageRow, DAY, execute, HOUR, insertRows, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { INTERVALS, periodsOf } from './periods.ts';
import { DIMENSIONS, type ReportInput } from './report-question.ts';
import { type ReportRow, usageReporter } from './report.ts';

const MIDNIGHT = NOON - (NOON % DAY);
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Apia',
  'Australia/Lord_Howe',
] as const;
const TABLES = ['token_usage', '_usage_by_token', '_usage_by_model', '_usage_by_model_quarter'];
const OWNERS = new Map([
  [1, { userId: 'ann', projectId: 'red', agentId: null }],
  [2, { userId: 'ann', projectId: 'red', agentId: null }],
  [3, { userId: 'bob', projectId: null, agentId: null }],
]);

const report = async (database: IronDatabase, input: unknown, now: number) => await usageReporter(database)(input, now);

/** The same report, made from the rows one by one. */
function reportOf(
  rows: readonly UsageRow[],
  { from = 0, to = 0, groupBy = [], interval, timeZone = 'UTC', ...filter }: ReportInput,
) {
  const groups = new Map<
    string,
    { key: unknown[]; requests: bigint; totalTokens: bigint; costNanos: bigint; unpricedRequests: bigint }
  >();
  const periods = interval ? periodsOf({ start: from, end: to }, interval, timeZone) : [];
  for (const row of rows) {
    const owner = OWNERS.get(row.tokenId);
    const known = new Map<string, unknown>(Object.entries({ ...row, ...owner, tokenId: row.tokenId }));
    const isAsked = Object.entries(filter).every(([field, value]) => known.get(field) === value);
    if (row.recordedAt < from || row.recordedAt >= to || !isAsked) continue;
    const period = periods.find(({ start, end }) => row.recordedAt >= start && row.recordedAt < end);
    const key = [
      period?.start ?? 0,
      ...groupBy.map((dimension) => known.get(`${dimension}Id`) ?? known.get(dimension) ?? null),
    ];
    const group = groups.get(JSON.stringify(key)) ?? {
      key,
      requests: 0n,
      totalTokens: 0n,
      costNanos: 0n,
      unpricedRequests: 0n,
    };
    groups.set(JSON.stringify(key), {
      key,
      requests: group.requests + BigInt(row.requestsCount),
      totalTokens: group.totalTokens + BigInt(row.totalTokens),
      costNanos: group.costNanos + BigInt(row.costNanos ?? 0),
      unpricedRequests: group.unpricedRequests + BigInt(row.costNanos === null ? row.requestsCount : 0),
    });
  }
  return [...groups.values()];
}

/** The lines of all pages. */
async function pagesOf(answer: ReturnType<typeof usageReporter>, question: ReportInput): Promise<ReportRow[]> {
  const { items, nextCursor } = await answer(question, 0);
  return nextCursor === null ? [...items] : [...items, ...(await pagesOf(answer, { ...question, cursor: nextCursor }))];
}

function simplified(row: ReportRow, { groupBy = [] }: ReportInput) {
  const known = new Map<string, unknown>(Object.entries(row));
  const { requests, totalTokens, costNanos, unpricedRequests } = row;
  const key = [
    row.period?.start ?? 0,
    ...groupBy.map((dimension) => known.get(`${dimension}Id`) ?? known.get(dimension) ?? null),
  ];
  return { key, requests, totalTokens, costNanos, unpricedRequests };
}

const anyRow = fc.record({
  tokenId: fc.constantFrom(1, 2, 3),
  provider: fc.constantFrom('openai', 'anthropic'),
  model: fc.constantFrom('large', 'small'),
  inputTokens: fc.nat(1000),
  recordedAt: fc.oneof(
    fc.integer({ min: MIDNIGHT - 3 * DAY, max: MIDNIGHT + 30 * DAY }),
    fc.integer({ min: -400, max: 400 }).map((quarter) => MIDNIGHT + quarter * 900_000),
  ),
  price: fc.constantFrom({ costNanos: null, priceVersion: null }, { costNanos: 7, priceVersion: 'test@1' }),
});

const anyQuestion = fc.record(
  {
    from: fc.integer({ min: MIDNIGHT - 4 * DAY, max: MIDNIGHT }),
    to: fc.integer({ min: MIDNIGHT + 1, max: MIDNIGHT + 31 * DAY }),
    groupBy: fc.uniqueArray(fc.constantFrom(...DIMENSIONS)),
    interval: fc.constantFrom(...INTERVALS),
    timeZone: fc.constantFrom(...ZONES),
    tokenId: fc.constantFrom(1, 3),
    userId: fc.constantFrom('ann', 'bob'),
    projectId: fc.constantFrom('red', null),
    provider: fc.constant('openai'),
    model: fc.constant('small'),
  },
  { requiredKeys: ['from', 'to'] },
);

describe('report', () => {
  test('says the same as the rows themselves, whatever is asked and wherever it reads', async () => {
    const database = await usageDatabase();
    // Their statements serve all questions of one shape.
    const [answer, answerBitByBit] = [usageReporter(database), usageReporter(database, 7)];
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 60 }),
        fc.array(anyQuestion, { minLength: 8 }),
        async (rows, questions) => {
          const usage = rows.map(({ price, ...about }) => aUsageRow({ ...about, ...price }));
          for (const table of TABLES) await execute(database, `DELETE FROM ${table}`);
          await insertRows(database, usage);
          for (const question of questions) {
            const { items } = await answer({ ...question, limit: 1000 }, 0);
            const bitByBit = await pagesOf(answerBitByBit, { ...question, limit: 9 });
            const lines = items.map((row) => simplified(row, question));
            expect(new Set(lines)).toEqual(new Set(reportOf(usage, question)));
            expect(bitByBit).toEqual(items);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('goes on from page to page without a gap or a double, also where there is no project', async () => {
    const database = await usageDatabase();
    const usage = [0, 1, 2, 3, 4, 5].map((step) =>
      aUsageRow({ tokenId: 1 + (step % 3), recordedAt: NOON + step * DAY }),
    );
    await insertRows(database, usage);
    const question: ReportInput = { to: NOON + 9 * DAY, groupBy: ['project', 'agent', 'user'], interval: 'day' };
    const { items: whole } = await report(database, question, 0);

    const pages = await pagesOf(usageReporter(database), { ...question, limit: 1 });

    expect(pages).toEqual(whole);
    expect(whole.map(({ projectId, userId }) => [projectId, userId])).toEqual([
      ['red', 'ann'],
      ['red', 'ann'],
      [null, 'bob'],
      ['red', 'ann'],
      ['red', 'ann'],
      [null, 'bob'],
    ]);
  });

  test('cuts the days of a zone where its clocks do: a spring day of 23 hours', async () => {
    const database = await usageDatabase();
    const first = Date.UTC(2026, 2, 28, 23);
    await insertRows(
      database,
      [first - 1, first, first + 23 * HOUR - 1, first + 23 * HOUR].map((recordedAt) => aUsageRow({ recordedAt })),
    );

    const { items } = await report(
      database,
      { from: first, to: first + 30 * HOUR, interval: 'day', timeZone: 'Europe/Berlin' },
      0,
    );

    expect(items.map(({ period, requests }) => [period, requests])).toEqual([
      [{ start: first, end: first + 23 * HOUR, label: '2026-03-29' }, 2n],
      [{ start: first + 23 * HOUR, end: first + 30 * HOUR, label: '2026-03-30' }, 1n],
    ]);
  });

  test('keeps sums exact beyond 2^53', async () => {
    const database = await usageDatabase();
    const most = Number.MAX_SAFE_INTEGER;
    const row = aUsageRow({ inputTokens: most, outputTokens: 0, totalTokens: most, costNanos: most });
    await insertRows(database, [row, row, row]);

    const [sums] = (await report(database, { groupBy: ['provider'] }, NOON + 1)).items;

    expect(sums).toMatchObject({ provider: 'openai', totalTokens: 3n * BigInt(most), costNanos: 3n * BigInt(most) });
  });

  test('keeps sums exact beyond 2^63, as a database may hold from before records had a bound', async () => {
    const database = await usageDatabase();
    const half = 2n ** 62n;
    const rows = [0, 1, 2].map((day) => aUsageRow({ recordedAt: NOON - day * DAY, requestId: `r${day}` }));
    await insertRows(database, rows);
    await execute(database, `UPDATE _usage_by_model SET total_tokens = ${half} + 3, cost_nanos = ${half} + day % 7`);

    const [sums, ...others] = (await report(database, { groupBy: ['provider'] }, NOON + 1)).items;

    expect(others).toEqual([]);
    const days = [0, 1, 2].map((day) => BigInt(MIDNIGHT - day * DAY));
    expect(sums).toMatchObject({
      requests: 3n,
      inputTokens: 300n,
      totalTokens: 3n * (2n ** 62n + 3n),
      costNanos: days.reduce((sum, day) => sum + 2n ** 62n + (day % 7n), 0n),
    });
    expect((await report(database, { limit: 1, interval: 'day' }, NOON + 1)).items).toMatchObject([
      { totalTokens: 2n ** 62n + 3n },
    ]);
  });

  test('counts what has no price apart: it is not zero', async () => {
    const database = await usageDatabase();
    await insertRows(database, [aUsageRow(), aUsageRow({ costNanos: null, priceVersion: null, requestsCount: 3 })]);

    expect((await report(database, {}, NOON + 1)).items).toMatchObject([
      { period: null, requests: 4n, costNanos: 350_000n, unpricedRequests: 3n },
    ]);
  });

  test('leaves out what only deleted tokens used', async () => {
    const database = await usageDatabase();
    await insertRows(database, [
      aUsageRow({ tokenId: 3, model: 'small' }),
      aUsageRow({ tokenId: 1, model: 'large' }),
      aUsageRow({ tokenId: 3, model: 'large' }),
    ]);
    await execute(database, 'DELETE FROM api_tokens WHERE id = 3');

    expect((await report(database, { groupBy: ['model'] }, NOON + 1)).items).toMatchObject([
      { model: 'large', requests: 1n },
    ]);
    expect((await report(database, { groupBy: ['user'] }, NOON + 1)).items).toMatchObject([
      { userId: 'ann', requests: 1n },
    ]);
    expect((await report(database, { interval: 'hour' }, NOON + 1)).items).toMatchObject([{ requests: 1n }]);
  });

  test('tells agents apart, and what belongs to none', async () => {
    const database = await usageDatabase();
    await execute(database, `INSERT INTO agents (id, name, providers, created_at) VALUES (7, 'seven', '[]', ${NOON})`);
    await addToken(database, { id: 4, userId: 'ann', agentId: 7 });
    await insertRows(database, [aUsageRow({ tokenId: 4 }), aUsageRow({ tokenId: 1 }), aUsageRow({ tokenId: 3 })]);

    const { items } = await report(database, { groupBy: ['agent'] }, NOON + 1);

    expect(items.map(({ agentId, requests }) => [agentId, requests])).toEqual([
      [null, 2n],
      [7, 1n],
    ]);
    expect((await report(database, { agentId: 7 }, NOON + 1)).items).toMatchObject([{ requests: 1n }]);
  });

  test('of a time whose rows were dropped answers from the sums, and refuses what they cannot say', async () => {
    const database = await usageDatabase();
    await insertRows(database, [aUsageRow()]);
    await execute(database, `UPDATE _usage_horizon SET pruned_before = ${MIDNIGHT + DAY}; DELETE FROM token_usage`);
    const ask = async (input: ReportInput) =>
      (await report(database, { from: MIDNIGHT, to: MIDNIGHT + DAY, ...input }, 0)).items;

    expect(await ask({ groupBy: ['token'], interval: 'day' })).toMatchObject([{ tokenId: 1, requests: 1n }]);
    expect(await ask({ groupBy: ['model'], interval: 'hour', timeZone: 'Asia/Kathmandu' })).toMatchObject([
      { requests: 1n },
    ]);
    await expect(ask({ groupBy: ['token'], interval: 'hour' })).rejects.toThrow(UsageDroppedError);
    await expect(ask({ groupBy: ['token', 'model'] })).rejects.toThrow(
      'Usage before 2026-03-11T00:00:00.000Z is kept as sums only',
    );
    await expect(ask({ from: MIDNIGHT + 1 })).rejects.toThrow(UsageDroppedError);
  });

  test.each([
    [{ groupBy: ['tokens'] }, InvalidInputError],
    [{ groupBy: ['token', 'token'] }, InvalidInputError],
    [{ timeZone: 'Mars/Olympus' }, InvalidInputError],
    [{ from: NOON, to: NOON - 1 }, InvalidInputError],
    [{ interval: 'hour', timeZone: 'Europe/Berlin' }, TooManyPeriodsError],
    [{ cursor: 'nonsense' }, InvalidCursorError],
    [{ cursor: Buffer.from('["a"]').toString('base64url') }, InvalidCursorError],
  ])('refuses %j', async (input, refusal) => {
    const database = await usageDatabase();
    await expect(report(database, input, NOON)).rejects.toThrow(refusal);
  });
});
