import { setTimeout as pause } from 'node:timers/promises';
import type { IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { type Program, startProgram } from '@iron/test-program';
import { expect, onTestFinished, test } from 'vitest';
import { verifyTotals } from '../totals/verify-totals.ts';
import { addToken, columnOf, valueOf } from '../usage-database.fixture.ts';

const PROGRAM = new URL('./record-program.fixture.ts', import.meta.url);

function record(url: string, calls: number): Program {
  return startProgram(PROGRAM, url, '1', String(calls));
}

async function newDatabase(): Promise<{ readonly database: IronDatabase; readonly url: string }> {
  const shared = await testDatabase({ shared: true });
  onTestFinished(async () => await shared[Symbol.asyncDispose]());
  await addToken(shared.database, { id: 1, userId: 'ann' });
  return shared;
}

test('a request that four processes record counts once', async () => {
  const { database, url } = await newDatabase();

  const programs = [1, 2, 3, 4].map(() => record(url, 200));
  const recorded = await Promise.all(programs.map(async (program) => (await program.remainingLines()).length));

  expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
  expect(recorded).toEqual([200, 200, 200, 200]);
  expect(await valueOf(database, 'SELECT count(*) FROM token_usage')).toBe(200);
  expect(await valueOf(database, 'SELECT sum(requests) FROM _usage_by_token')).toBe(200);
});

test('a killed process loses no call that it was told is recorded, and every sum fits (litellm#38157)', async () => {
  const { database, url } = await newDatabase();

  for (const wait of [20, 60, 140]) {
    await using program = record(url, 1_000_000);
    const first = await program.nextLine();
    await pause(wait);
    await program.kill();

    const stored = new Set(await columnOf(database, 'SELECT request_id FROM token_usage'));
    const acknowledged = [first, ...(await program.remainingLines())];
    expect(acknowledged.filter((call) => !stored.has(`r${call}`))).toEqual([]);
    expect(stored.size).toBeGreaterThan(0);
    expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
  }
});
