import { describe, expect, test } from 'vitest';
import { aUsageRow, DAY, HOUR, insertRows, NOON, usageDatabase } from '../usage-database.fixture.ts';
import type { ReportInput } from './report-question.ts';
import { type ReportRow, usageReporter } from './report.ts';

describe('a report that reads its rows bit by bit', () => {
  test('goes on from page to page like any other, in the order of the bytes of names', async () => {
    using database = await usageDatabase();
    const models = ['b', 'a', '\uFF21', '\u{1F600}', 'B'];
    insertRows(
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
    using database = await usageDatabase();
    insertRows(
      database,
      Array.from({ length: 20 }, () => aUsageRow()),
    );
    const { items } = await usageReporter(database, 3)({ groupBy: ['token', 'model'], to: NOON + DAY }, 0);
    expect(items).toMatchObject([{ tokenId: 1, requests: 20n }]);
  });

  test('lets others go on meanwhile', async () => {
    using database = await usageDatabase();
    insertRows(
      database,
      Array.from({ length: 100 }, (_, index) => aUsageRow({ recordedAt: NOON + index })),
    );
    const { result, turns } = await turnsOf(
      async () => await usageReporter(database, 10)({ groupBy: ['token', 'model'], to: NOON + DAY }, 0),
    );

    expect(result.items).toMatchObject([{ tokenId: 1, requests: 100n }]);
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  test('reads no more of a long one than the page that is asked for is made of', async () => {
    using database = await usageDatabase();
    insertRows(
      database,
      Array.from({ length: 500 }, (_, hour) => aUsageRow({ recordedAt: NOON + hour * HOUR })),
    );
    const answer = usageReporter(database, 5);
    const question: ReportInput = {
      from: NOON,
      to: NOON + 30 * DAY,
      groupBy: ['token', 'model'],
      interval: 'hour',
      limit: 10,
    };
    const first = await turnsOf(async () => await answer(question, 0));
    const second = await turnsOf(async () => await answer({ ...question, cursor: first.result.nextCursor ?? '' }, 0));

    expect([...first.result.items, ...second.result.items].map(({ period }) => period?.start)).toEqual(
      Array.from({ length: 20 }, (_, hour) => NOON + hour * HOUR),
    );
    expect(Math.max(first.turns, second.turns)).toBeLessThan(20);
  });
});

/** What some work gives, and how many turns of the event loop it has taken. */
async function turnsOf<Result>(work: () => Promise<Result>): Promise<{ result: Result; turns: number }> {
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const result = await work();
  clearImmediate(timer);
  return { result, turns };
}
