import { createHash } from 'node:crypto';
import { type IronDatabase, openForService, schema } from '@iron/db';
import type { UsageRow } from './recording/usage.ts';

/** 2026-03-10, 12:00 UTC. */
export const NOON = Date.UTC(2026, 2, 10, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A migrated database in memory with the tokens 1 and 2 of ann (in the project red), and 3 of bob (in none). */
export async function usageDatabase(): Promise<IronDatabase> {
  const { database } = await openForService('sqlite::memory:');
  addToken(database, { id: 1, userId: 'ann', projectId: 'red' });
  addToken(database, { id: 2, userId: 'ann', projectId: 'red' });
  addToken(database, { id: 3, userId: 'bob' });
  return database;
}

/** Adds a token that nobody knows the value of. */
export function addToken(
  database: IronDatabase,
  token: Pick<schema.NewApiToken, 'id' | 'userId' | 'projectId' | 'agentId'>,
) {
  const tokenHash = createHash('sha256').update(`token ${token.id}`).digest('hex');
  database.transact((tx) => {
    tx.insert(schema.apiTokens)
      .values({ ...token, tokenHash, createdAt: NOON - 400 * DAY })
      .run();
  });
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

/** Writes rows as the recorder does, without a price book. */
export function insertRows(database: IronDatabase, rows: readonly UsageRow[]): void {
  database.transact((tx) => {
    for (const row of rows) tx.insert(schema.tokenUsage).values(row).run();
  });
}
