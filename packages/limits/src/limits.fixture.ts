import type { IronDatabase } from '@iron/db';
import { type TestDatabase, testDatabase as databaseForTest, type TestDatabaseOptions } from '@iron/test-database';
import { onTestFinished } from 'vitest';
import type { Dimension } from './counter.ts';
import type { CreateLimitInput, HoldInput } from './limit-input.ts';
import { LimitEnforcer } from './limit-enforcer.ts';
import { LimitExceededError } from './limit-errors.ts';
import type { Limit } from './limit.ts';

/** 2026-03-10, 12:00:20 UTC: 40 seconds before the minute ends. */
export const NOW = Date.UTC(2026, 2, 10, 12, 0, 20);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Limits over a database of the test's own, with a clock that stands still until it is moved. */
export interface TestLimits {
  readonly limits: LimitEnforcer;
  readonly database: IronDatabase;
  readonly clock: { time: number };
  /** Another service with the same clock, with nothing in common but the database. */
  openAnother(): Promise<TestLimits>;
}

/** A migrated, empty database on the engine of this run, closed at the end of the test. */
export async function testDatabase(): Promise<IronDatabase> {
  return (await databaseUntilTheEnd()).database;
}

/** The same, with its URL. */
async function databaseUntilTheEnd(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const made = await databaseForTest(options);
  onTestFinished(async () => await made[Symbol.asyncDispose]());
  return made;
}

/** Closed at the end of the test. */
export async function testLimits(): Promise<TestLimits> {
  return await limitsOver(await testDatabase(), { time: NOW });
}

async function limitsOver(database: IronDatabase, clock: { time: number }): Promise<TestLimits> {
  const limits = await LimitEnforcer.open(database, { now: () => clock.time });
  return { limits, database, clock, openAnother: async () => await limitsOver(database, clock) };
}

/** The same with a limit of Ann's: 100 tokens a day if nothing else is said. */
export async function withLimit(
  limit: Partial<CreateLimitInput> = {},
): Promise<TestLimits & { readonly limit: Limit }> {
  const all = await testLimits();
  const maxima = 'maxTokensPerDay' in limit || 'maxRequestsPerMinute' in limit || 'maxCostNanosPerMonth' in limit;
  const made = { userId: 'ann', ...(!maxima && { maxTokensPerDay: 100 }), ...limit };
  return { ...all, limit: await all.limits.createLimit(made) };
}

/** A call of Ann's; a test names only what it is about. */
export function aCall(about: Partial<HoldInput> = {}): HoldInput {
  return { userId: 'ann', tokens: 10, requests: 1, costNanos: 0, ...about };
}

/** What it used and holds: of one dimension of the only limit, or of the limit with that id. */
export async function counted({ limits }: TestLimits, dimension: Dimension = 'tokens', limitId = 1) {
  const { settled, held, overage } = (await limits.getLimit(limitId)).counters[dimension];
  return { settled, held, overage };
}

/** Every row of the limits, the holds and the log. */
export async function contents({ reader }: IronDatabase): Promise<unknown[]> {
  const tables = ['usage_limits', '_holds', '_hold_limits', 'audit_log'];
  return await Promise.all(
    tables.map(async (table) => await reader.statement(`SELECT * FROM ${table} ORDER BY 1, 2`).all()),
  );
}

export async function statesOfHolds({ reader }: IronDatabase): Promise<string[]> {
  const holds = await reader.statement<[], { state: string }>('SELECT state FROM _holds ORDER BY held_at, id').all();
  return holds.map(({ state }) => state);
}

/** Why a call was refused. */
export async function refusalOf(call: Promise<unknown>): Promise<LimitExceededError> {
  const refused = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refused instanceof LimitExceededError) return refused;
  throw new Error('The call was not refused by a limit.', { cause: refused });
}

/** The fact that plain SQL can check at any moment: how many counters are above their limit. Always none. */
export async function countersAboveTheirLimit({ reader }: IronDatabase): Promise<number> {
  const above = `SELECT count(*) AS count FROM usage_limits WHERE tokens_settled + tokens_held > max_tokens_per_day
    OR requests_settled + requests_held > max_requests_per_minute
    OR cost_settled_nanos + cost_held_nanos > max_cost_nanos_per_month`;
  return (await reader.statement<[], { count: number }>(above).get())?.count ?? 0;
}
