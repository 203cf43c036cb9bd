import { AdmissionController } from '@iron/admission';
import { applyAllMigrations, type SqliteDatabase, openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { expect, test } from 'vitest';
import { CALL } from './call.ts';
import { callInBatches, callOneByOne, callThrough } from './clients.ts';
import { RawCalls } from './raw-calls.ts';

/** A database of one token, whose user has a limit, and one in the project. */
async function databaseOfOneToken(): Promise<{ database: SqliteDatabase; secrets: string[] }> {
  const database = await openSqliteDatabase('sqlite::memory:');
  await applyAllMigrations(database);
  const storage = await TokenStorage.open(database, { now: () => NOON });
  const { secret } = await storage.createToken({ userId: 'ann', projectId: 'red' });
  const enforcer = await LimitEnforcer.open(database, { now: () => NOON });
  await enforcer.createLimit({ userId: 'ann', maxTokensPerDay: 1_000_000 });
  await enforcer.createLimit({ userId: 'ann', projectId: 'red', maxCostNanosPerMonth: 1_000_000_000 });
  return { database, secrets: [secret] };
}

const TABLES = ['usage_limits', '_holds', '_hold_limits', 'token_usage', '_usage_by_token', '_usage_by_model'];
const NOON = Date.UTC(2026, 2, 10, 12);

/** All that calls leave behind, but for their request ids, which are random. */
function leftBehind({ connection }: SqliteDatabase): unknown {
  const readColumns = connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
  return TABLES.map((table) => {
    const columns = readColumns.all(table).filter((column) => column !== 'request_id');
    return connection.prepare(`SELECT ${columns.join(', ')} FROM ${table}`).all();
  });
}

test.each([
  ['in batches', async (raw: RawCalls, secrets: string[]) => callInBatches(raw, { secrets, calls: 4, inFlight: 2 })],
  [
    'one by one',
    async (raw: RawCalls, secrets: string[]) => await callOneByOne(raw, { secrets, calls: 4, inFlight: 2 }),
  ],
])('calls made by hand, %s, leave behind what those through an admission do', async (_how, callByHand) => {
  const ours = await databaseOfOneToken();
  const theirs = await databaseOfOneToken();
  await using admissions = await AdmissionController.open(ours.database, { now: () => NOON });

  const times = await callThrough(admissions, { secrets: ours.secrets, calls: 4, inFlight: 2 });
  await callByHand(new RawCalls(theirs.database.connection, () => NOON), theirs.secrets);

  expect(times).toHaveLength(4);
  expect(leftBehind(theirs.database)).toEqual(leftBehind(ours.database));
  expect(theirs.database.connection.prepare('SELECT count(*), sum(cost_nanos) FROM token_usage').raw().get()).toEqual([
    4,
    4 * CALL.billed.costNanos,
  ]);
});
