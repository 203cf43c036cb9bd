import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InvalidInputError, type IronDatabase } from '@iron/db';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addToken, aUsageRow, DAY, insertRows, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { exportUsage } from './export-usage.ts';
import { formatUsd } from './nano-dollars.ts';
import { listUsage, type UsageLine } from './usage-lines.ts';

const HEADER =
  'id,recorded_at,token_id,user_id,project_id,agent_id,request_id,provider,model,input_tokens,output_tokens,' +
  'cached_input_tokens,cache_write_tokens,reasoning_tokens,audio_tokens,total_tokens,requests_count,cost_usd,cost_nanos,price_version';

async function exported(database: IronDatabase, input: unknown): Promise<string> {
  return await text(Readable.from(exportUsage(database, input)));
}

describe('exportUsage', () => {
  test('writes CSV with a header, exact costs, and empty cells for what is not known', async () => {
    const database = await usageDatabase();
    await insertRows(database, [
      aUsageRow({ requestId: 'r-1', recordedAt: NOON + 1 }),
      aUsageRow({ tokenId: 3, costNanos: null, priceVersion: null }),
    ]);

    expect((await exported(database, { format: 'csv' })).split('\r\n')).toEqual([
      HEADER,
      '2,2026-03-10T12:00:00.000Z,3,bob,,,,openai,gpt-4o,100,10,0,0,0,0,110,1,,,',
      '1,2026-03-10T12:00:00.001Z,1,ann,red,,r-1,openai,gpt-4o,100,10,0,0,0,0,110,1,0.00035,350000,test@1',
      '',
    ]);
  });

  test('writes NDJSON', async () => {
    const database = await usageDatabase();
    await insertRows(database, [aUsageRow(), aUsageRow({ costNanos: null, priceVersion: null })]);

    const lines = (await exported(database, { format: 'ndjson' })).trimEnd().split('\n');

    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { id: 1, recorded_at: '2026-03-10T12:00:00.000Z', cost_usd: '0.00035', cost_nanos: 350_000 },
      { id: 2, user_id: 'ann', request_id: null, cost_usd: null, cost_nanos: null },
    ]);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['@cf/meta/llama', "'@cf/meta/llama"],
    [' =cmd', "' =cmd"],
    ['-2', "'-2"],
    ['\t=x', "'\t=x"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['gpt-4o', 'gpt-4o'],
  ])('a model called %j harms no spreadsheet', async (model, cell) => {
    const database = await usageDatabase();
    await insertRows(database, [aUsageRow({ model })]);

    expect(await exported(database, { format: 'csv' })).toContain(`,openai,${cell},100,`);
  });

  test('has every row once, over many reads of which some find nothing', async () => {
    const database = await usageDatabase();
    const rows = Array.from({ length: 3_500 }, (_, index) =>
      aUsageRow({
        tokenId: index >= 1_000 && index < 2_200 ? 1 : 3,
        recordedAt: NOON + (index % 5),
        requestId: `r${index}`,
      }),
    );
    await insertRows(database, rows);
    const idsOf = async (input: object) =>
      (await exported(database, { format: 'ndjson', ...input }))
        .split('\n')
        .filter(Boolean)
        .map((line) => Number(/"id":(\d+)/.exec(line)?.[1]));

    expect((await idsOf({})).toSorted((a, b) => a - b)).toEqual(rows.map((_, index) => index + 1));
    expect(await idsOf({ userId: 'ann' })).toHaveLength(1_200);
    expect(await idsOf({ tokenId: 1 })).toHaveLength(1_200);
    expect(await idsOf({ from: NOON + 1, to: NOON + 2 })).toHaveLength(700);
    expect(await idsOf({ model: 'none' })).toEqual([]);
  });

  test.each([
    ['few', 3],
    ['many', 60],
  ])('has those of a user with %s tokens in the order of time, too', async (_, tokens) => {
    const database = await usageDatabase();
    for (let id = 4; id <= tokens; id += 1) await addToken(database, { id, userId: 'ann' });
    const rows = Array.from({ length: 2_000 }, (_row, index) =>
      aUsageRow({ tokenId: 1 + ((index * 7) % tokens), recordedAt: NOON + ((index * 13) % 500) }),
    );
    await insertRows(database, rows);
    const inOrder = rows
      .map(({ tokenId, recordedAt }, index) => ({ tokenId, recordedAt, id: index + 1 }))
      .filter(({ tokenId }) => tokenId !== 3)
      .toSorted((one, other) => one.recordedAt - other.recordedAt || one.id - other.id);

    const lines = (await exported(database, { format: 'ndjson', userId: 'ann' })).trimEnd().split('\n');
    const { items } = await listUsage(database, { userId: 'ann', from: NOON + 100, limit: 700 });

    expect(lines.map((line) => Number(/"id":(\d+)/.exec(line)?.[1]))).toEqual(inOrder.map(({ id }) => id));
    expect(items.map(({ id }) => id)).toEqual(
      inOrder
        .filter(({ recordedAt }) => recordedAt >= NOON + 100)
        .slice(0, 700)
        .map(({ id }) => id),
    );
  });

  test('holds nothing open between its reads: others write, and the log can be checkpointed', async () => {
    const database = await usageDatabase();
    await insertRows(
      database,
      Array.from({ length: 2_500 }, () => aUsageRow()),
    );
    const pieces = exportUsage(database, { format: 'ndjson' });
    await pieces.next();

    expect(database.engine === 'sqlite' && database.connection.inTransaction).toBe(false);
    await insertRows(database, [aUsageRow({ recordedAt: NOON + DAY, model: 'late' })]);

    expect(await text(Readable.from(pieces))).toContain('"model":"late"');
  });

  test.each([{}, { format: 'xlsx' }, { format: 'csv', users: 'ann' }])('refuses %j at once', async (input) => {
    const database = await usageDatabase();
    expect(() => exportUsage(database, input)).toThrow(InvalidInputError);
  });
});

describe('listUsage', () => {
  test('goes from page to page in the order of time, past rows that are not asked for', async () => {
    const database = await usageDatabase();
    await insertRows(
      database,
      Array.from({ length: 2_500 }, (_, index) =>
        aUsageRow({ tokenId: index % 500 === 0 ? 3 : 1, recordedAt: NOON - index }),
      ),
    );
    const lines: UsageLine[] = [];
    let cursor: string | null = null;
    do {
      const page = await listUsage(database, { userId: 'bob', limit: 2, ...(cursor !== null && { cursor }) });
      lines.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(lines.map(({ recordedAt }) => NOON - recordedAt)).toEqual([2_000, 1_500, 1_000, 500, 0]);
    expect(lines[0]).toEqual({
      ...aUsageRow({ tokenId: 3, recordedAt: NOON - 2_000 }),
      id: 2_001,
      userId: 'bob',
      projectId: null,
      agentId: null,
    });
  });
});

describe('formatUsd', () => {
  test('is exact', () => {
    expect([0, 1, 350_000, 1_000_000_000, 1_500_000_000, 2n ** 70n].map((nanos) => formatUsd(nanos))).toEqual([
      '0',
      '0.000000001',
      '0.00035',
      '1',
      '1.5',
      '1180591620717.411303424',
    ]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 80n }), (nanos) => {
        const [dollars = '0', fraction = ''] = formatUsd(nanos).split('.');
        expect(BigInt(dollars) * 10n ** 9n + BigInt(fraction.padEnd(9, '0'))).toBe(nanos);
      }),
    );
  });
});
