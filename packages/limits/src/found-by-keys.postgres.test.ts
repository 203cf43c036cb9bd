import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { LimitEnforcer } from './limit-enforcer.ts';
import { aCall } from './limits.fixture.ts';

interface Scans {
  readonly table: string;
  readonly scans: number;
}

const SCANS = `SELECT relname::text AS "table", seq_scan AS scans FROM pg_stat_user_tables
  WHERE relname IN ('_holds', '_hold_limits', 'usage_limits') ORDER BY relname COLLATE "C"`;

test('calls find their rows by keys, also where their plans were made when there were none', async () => {
  await using t = await testDatabase();
  const database = await t.openAnother();
  await t.database.reader.statement('ANALYZE').run();
  const limits = await LimitEnforcer.open(database);
  await limits.createLimit({ userId: 'ann', maxTokensPerDay: 1_000_000 });
  const scansBefore = await scansIn(t);

  for (let round = 0; round < 5; round += 1) {
    const holds = await Promise.all(Array.from({ length: 200 }, async () => await limits.hold(aCall())));
    const ended = holds.map(({ requestId }) => ({ requestId, tokens: 5, requests: 1, costNanos: 0 }));
    await Promise.all(ended.map(async (call) => await limits.settle(call)));
  }
  await database.close(); // now the server adds up what its connections have done

  expect(await scansIn(t)).toEqual(scansBefore);
});

async function scansIn({ database }: Awaited<ReturnType<typeof testDatabase>>): Promise<Scans[]> {
  await database.reader.statement('SELECT pg_stat_clear_snapshot()').get();
  return await database.reader.statement<[], Scans>(SCANS).all();
}
