import { AdmissionController } from '@iron/admission';
import type { PostgresDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { createTestDb } from '@iron/testkit';
import { TokenStorage } from '@iron/tokens';
import { expect, test } from 'vitest';
import { bareDriver } from './bare-driver.ts';
import { CALL } from './call.ts';
import { callInBatches, type CallsByHand, callOneByOne, callThrough, type Load } from './clients.ts';
import { RawPostgresCalls } from './raw-postgres-calls.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const LOAD = { calls: 4, inFlight: 2 };
const TABLES = ['usage_limits', '_holds', '_hold_limits', 'token_usage', '_usage_by_token', '_usage_by_model'];

/** A token, whose user has a limit, and one in the project. */
async function addToken(database: PostgresDatabase): Promise<string[]> {
  const storage = await TokenStorage.open(database, { now: () => NOON });
  const { secret } = await storage.createToken({ userId: 'ann', projectId: 'red' });
  const enforcer = await LimitEnforcer.open(database, { now: () => NOON });
  await enforcer.createLimit({ userId: 'ann', maxTokensPerDay: 1_000_000 });
  await enforcer.createLimit({ userId: 'ann', projectId: 'red', maxCostNanosPerMonth: 1_000_000_000 });
  return [secret];
}

/** All that calls leave behind, but for their request ids, which are random. */
async function leftBehind({ session }: PostgresDatabase): Promise<unknown> {
  const rows = TABLES.map(async (table) => {
    const found = await session.query(`SELECT to_jsonb(${table}) - 'request_id' AS row FROM ${table} ORDER BY 1`);
    return found.rows;
  });
  return await Promise.all(rows);
}

test.each<[how: string, callByHand: (raw: CallsByHand, load: Load) => Promise<unknown>]>([
  ['in batches', callInBatches],
  ['one by one', callOneByOne],
])(
  'calls made by hand on PostgreSQL, %s, leave behind what those through an admission do',
  async (_how, callByHand) => {
    await using ours = await createTestDb({ engine: 'postgres' });
    await using theirs = await createTestDb({ engine: 'postgres' });
    const ourSecrets = await addToken(ours.db);
    const theirSecrets = await addToken(theirs.db);
    await using admissions = await AdmissionController.open(ours.db, { now: () => NOON });
    await using driver = bareDriver(theirs.url, 2);

    await callThrough(admissions, { ...LOAD, secrets: ourSecrets });
    await callByHand(new RawPostgresCalls(driver.pool, () => NOON), { ...LOAD, secrets: theirSecrets });

    expect(await leftBehind(theirs.db)).toEqual(await leftBehind(ours.db));
    const sums = await theirs.db.session.query('SELECT count(*) AS calls, sum(cost_nanos) AS cost FROM token_usage');
    expect(sums.rows).toEqual([{ calls: 4, cost: 4 * CALL.billed.costNanos }]);
  },
);
