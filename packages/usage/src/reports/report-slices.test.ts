import { describe, expect, test } from 'vitest';
import { aUsageRow, DAY, insertRows, NOON, usageDatabase } from '../usage-database.fixture.ts';
import type { ReportInput } from './report-question.ts';
import { type ReportRow, usageReporter } from './report.ts';

describe('a report that reads its rows bit by bit', () => {
  test('goes on from page to page like any other, in the order of the bytes of names', async () => {
    const database = await usageDatabase();
    const models = ['b', 'a', '\uFF21', '\u{1F600}', 'B'];
    await insertRows(
      database,
      Array.from({ length: 60 }, (_, index) =>
        aUsageRow({ tokenId: 1 + (index % 3), model: models[index % 5] ?? '', recordedAt: NOON + index * 1_000 }),
      ),
    );
    const question: ReportInput = { to: NOON + DAY, groupBy: ['model', 'user'] };
    const { items: whole } = await usageReporter(database)(question, 0);
    const answerBitByBit = usageReporter(database, 3);

    const pages: ReportRow[] = [];
    let cursor: string | null = null;
    do {
      const page = await answerBitByBit({ ...question, limit: 3, ...(cursor !== null && { cursor }) }, 0);
      pages.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(whole).toHaveLength(10);
    expect(pages).toEqual(whole);
  });

  test('counts all of many rows of the same millisecond', async () => {
    const database = await usageDatabase();
    await insertRows(
      database,
      Array.from({ length: 20 }, () => aUsageRow()),
    );
    const { items } = await usageReporter(database, 3)({ groupBy: ['token', 'model'], to: NOON + DAY }, 0);
    expect(items).toMatchObject([{ tokenId: 1, requests: 20n }]);
  });
});
