import { createHash } from 'node:crypto';
import { type IronDatabase, run, schema, type SqliteDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { onTestFinished } from 'vitest';
import type { UsageRow } from './recording/usage.ts';

/** 2026-03-10, 12:00 UTC. */
export const NOON = Date.UTC(2026, 2, 10, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A migrated database with the tokens 1 and 2 of ann (in the project red), and 3 of bob (in none), until the test ends. */
export async function usageDatabase(): Promise<IronDatabase> {
  const test = await testDatabase();
  onTestFinished(async () => await test[Symbol.asyncDispose]());
  await addToken(test.database, { id: 1, userId: 'ann', projectId: 'red' });
  await addToken(test.database, { id: 2, userId: 'ann', projectId: 'red' });
  await addToken(test.database, { id: 3, userId: 'bob' });
  return test.database;
}

/** The same, for tests that are about SQLite alone. */
export async function sqliteUsageDatabase(): Promise<SqliteDatabase> {
  const database = await usageDatabase();
  if (database.engine !== 'sqlite') throw new TypeError('This test is for SQLite.');
  return database;
}

/** Adds a token that nobody knows the value of. */
export async function addToken(
  database: IronDatabase,
  token: Pick<schema.NewApiToken, 'id' | 'userId' | 'projectId' | 'agentId'>,
): Promise<void> {
  const tokenHash = createHash('sha256').update(`token ${token.id}`).digest('hex');
  const row = { ...token, tokenHash, createdAt: NOON - 400 * DAY };
  await database.write((tx) => run(tx.insert(schema.apiTokens).values(row)));
}

/** A valid row; a test names only what it is about. */
export function aUsageRow(about: Partial<UsageRow> = {}): UsageRow {
  const { inputTokens = 100, outputTokens = 10 } = about;
  return {
    tokenId: 1,
    requestId: null,
    provider: 'openai',
    model: 'gpt-4o',
    inputTokens,
    outputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    audioTokens: 0,
    totalTokens: inputTokens + outputTokens,
    requestsCount: 1,
    costNanos: 350_000,
    priceVersion: 'test@1',
    recordedAt: NOON,
    ...about,
  };
}

const ROWS_A_STATEMENT = 500;

/** Writes rows as the recorder does, without a price book. */
export async function insertRows(database: IronDatabase, rows: readonly UsageRow[]): Promise<void> {
  await database.write(function* (tx) {
    for (let first = 0; first < rows.length; first += ROWS_A_STATEMENT) {
      yield* run(tx.insert(schema.tokenUsage).values(rows.slice(first, first + ROWS_A_STATEMENT)));
    }
  });
}

/** Runs statements as somebody else would who has the database open. */
export async function execute(database: IronDatabase, sql: string): Promise<void> {
  if (database.engine === 'sqlite') database.connection.exec(sql);
  else await database.session.query(sql);
}

/** What a query gives, as lists of values. */
export async function listsOf(database: IronDatabase, sql: string): Promise<unknown[][]> {
  const rows = await database.reader.statement<[], Record<string, unknown>>(sql).all();
  return rows.map((row) => Object.values(row));
}

/** The only value that a query gives. */
export async function valueOf(database: IronDatabase, sql: string): Promise<unknown> {
  return (await listsOf(database, sql))[0]?.[0];
}

/** The only column of what a query gives. */
export async function columnOf(database: IronDatabase, sql: string): Promise<unknown[]> {
  return (await listsOf(database, sql)).flat();
}
