import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { applyAllMigrations, type IronDatabase, openDatabase } from '@iron/db';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { exportUsage } from './export/export-usage.ts';
import { listUsage } from './export/usage-lines.ts';
import type { UsageRow } from './recording/usage.ts';
import { INTERVALS } from './reports/periods.ts';
import { DIMENSIONS } from './reports/report-question.ts';
import { usageReporter } from './reports/report.ts';
import { listUnpriced } from './repricing/unpriced.ts';
import { addToken, aUsageRow, DAY, execute, HOUR, insertRows, NOON, usageDatabase } from './usage-database.fixture.ts';

const NAMES = ['b', 'a', 'B', 'a b', 'a-b', 'ä', '\uFF21', '\u{1F600}', 'Z', "o'a?"];
const MOST = Number.MAX_SAFE_INTEGER;

const anyRow = fc.record({
  tokenId: fc.constantFrom(1, 2, 3, 4, 5),
  provider: fc.constantFrom(...NAMES),
  model: fc.constantFrom(...NAMES),
  inputTokens: fc.constantFrom(0, 7, MOST - 10),
  recordedAt: fc.oneof(
    fc.integer({ min: NOON - 3 * DAY, max: NOON + 3 * DAY }),
    fc.integer({ min: -99, max: 99 }).map((quarter) => NOON + quarter * 900_000),
  ),
  price: fc.constantFrom(
    { costNanos: null, priceVersion: null },
    { costNanos: MOST, priceVersion: 'test@1' },
    { costNanos: 0, priceVersion: 'given' },
  ),
});

/** Mostly none: of few rows, little is left by one. */
const anyFilter = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({ tokenId: fc.constantFrom(1, 3) }),
  fc.record({ userId: fc.constantFrom('ann', 'Ann', 'ämy') }),
  fc.record({ projectId: fc.constantFrom('red', null) }),
  fc.record({ agentId: fc.constantFrom(7, null), model: fc.constantFrom(...NAMES) }),
  fc.record({ provider: fc.constantFrom(...NAMES) }),
);
const anyRange = {
  from: fc.constantFrom(NOON - 30 * DAY, NOON - DAY, NOON - 1, NOON - (NOON % DAY)),
  to: fc.constantFrom(NOON + 1, NOON + DAY, NOON + 10 * DAY),
};

const anyQuestion = fc.record(
  {
    ...anyRange,
    filter: anyFilter,
    groupBy: fc.uniqueArray(fc.constantFrom(...DIMENSIONS)),
    interval: fc.constantFrom(...INTERVALS),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
    limit: fc.constantFrom(1, 4, 1000),
  },
  { requiredKeys: ['from', 'to', 'filter'] },
);

/** Tokens of people, projects and agents whose names are told apart by bytes, and by nothing else. */
async function prepare(database: IronDatabase): Promise<void> {
  await execute(database, `INSERT INTO agents (id, name, providers, created_at) VALUES (7, 'seven', '[]', ${NOON})`);
  await addToken(database, { id: 4, userId: 'Ann', projectId: 'Red', agentId: 7 });
  await addToken(database, { id: 5, userId: 'ämy', projectId: 'r\u00E9d' });
}

/** The same database on SQLite. */
async function onSqlite(): Promise<IronDatabase> {
  const database = await openDatabase('sqlite::memory:');
  onTestFinished(async () => await database.close());
  await applyAllMigrations(database);
  await addToken(database, { id: 1, userId: 'ann', projectId: 'red' });
  await addToken(database, { id: 2, userId: 'ann', projectId: 'red' });
  await addToken(database, { id: 3, userId: 'bob' });
  return database;
}

async function store(database: IronDatabase, rows: readonly UsageRow[]): Promise<void> {
  for (const table of ['token_usage', '_usage_by_token', '_usage_by_model', '_usage_by_model_quarter']) {
    await execute(database, `DELETE FROM ${table}`);
  }
  await insertRows(
    database,
    rows.map((row, index) => ({ ...row, id: index + 1 })),
  );
}

/** All pages of an answer, as they come. */
async function pagesOf<Page extends { readonly nextCursor: string | null }>(
  ask: (cursor: string | undefined) => Promise<Page>,
): Promise<Page[]> {
  const pages = [await ask(undefined)];
  for (let cursor = pages[0]?.nextCursor ?? null; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
    pages.push(await ask(cursor));
  }
  return pages;
}

test('both engines say the same of the same usage: lines, their order, sums of any size, cursors', async () => {
  const databases = [await usageDatabase(), await onSqlite()];
  for (const database of databases) await prepare(database);
  const reporters = databases.map((database) => usageReporter(database, 7));
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 40 }),
      fc.array(anyQuestion, { minLength: 6, maxLength: 12 }),
      fc.record({ ...anyRange, filter: anyFilter }),
      async (given, questions, { filter: ofRange, ...range }) => {
        const filter = { ...range, ...ofRange };
        const rows = given.map(({ price, ...about }) => aUsageRow({ ...about, ...price }));
        for (const database of databases) await store(database, rows);
        for (const { filter: ofQuestion, ...about } of questions) {
          const question = { ...about, ...ofQuestion };
          const [one, other] = await Promise.all(
            reporters.map(async (report) => await pagesOf(async (cursor) => await report({ ...question, cursor }, 0))),
          );
          expect(one).toEqual(other);
        }
        const [one, other] = await Promise.all(
          databases.map(async (database) => ({
            csv: await text(Readable.from(exportUsage(database, { ...filter, format: 'csv' }))),
            pages: await pagesOf(async (cursor) => await listUsage(database, { ...filter, limit: 9, cursor })),
            unpriced: await pagesOf(async (cursor) => await listUnpriced(database, { limit: 3, cursor })),
          })),
        );
        expect(one).toEqual(other);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test.each([
  ['hour', HOUR],
  ['day', DAY],
] as const)('a report by %s has the same lines over many spans', async (interval, step) => {
  const databases = [await usageDatabase(), await onSqlite()];
  const rows = Array.from({ length: 300 }, (_, index) =>
    aUsageRow({ tokenId: 1 + (index % 3), model: NAMES[index % NAMES.length] ?? '', recordedAt: NOON + index * step }),
  );
  for (const database of databases) await insertRows(database, rows);
  const question = { from: NOON, to: NOON + 310 * step, interval, timeZone: 'Asia/Kathmandu', limit: 1000 };
  for (const groupBy of [['model'], ['user'], ['token', 'model']]) {
    const [one, other] = await Promise.all(
      databases.map(async (database) => await usageReporter(database)({ ...question, groupBy }, 0)),
    );
    expect(one?.items).toHaveLength(300);
    expect(one).toEqual(other);
  }
});
