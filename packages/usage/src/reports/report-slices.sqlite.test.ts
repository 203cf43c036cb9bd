import { describe, expect, test } from 'vitest';
import { aUsageRow, DAY, HOUR, insertRows, NOON, sqliteUsageDatabase } from '../usage-database.fixture.ts';
import type { ReportInput } from './report-question.ts';
import { usageReporter } from './report.ts';

describe('a report that reads its rows bit by bit', () => {
  test('lets others go on meanwhile', async () => {
    const database = await sqliteUsageDatabase();
    await insertRows(
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
    const database = await sqliteUsageDatabase();
    await insertRows(
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
