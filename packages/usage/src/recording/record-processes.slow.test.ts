import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openForService } from '@iron/db';
import { type Program, startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { verifyTotals } from '../totals/verify-totals.ts';
import { addToken } from '../usage-database.fixture.ts';

const PROGRAM = new URL('./record-program.fixture.ts', import.meta.url);

function record(url: string, calls: number): Program {
  return startProgram(PROGRAM, url, '1', String(calls));
}

async function newDatabase(url: string) {
  const { database } = await openForService(url);
  addToken(database, { id: 1, userId: 'ann' });
  return database;
}

test('a request that four processes record counts once', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-usage-'));
  const url = `sqlite://${folder.path}/usage.db?mode=rwc`;
  using database = await newDatabase(url);

  const programs = [1, 2, 3, 4].map(() => record(url, 200));
  const recorded = await Promise.all(programs.map(async (program) => (await program.remainingLines()).length));

  expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
  expect(recorded).toEqual([200, 200, 200, 200]);
  expect(database.connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(200);
  expect(database.connection.prepare('SELECT sum(requests) FROM _usage_by_token').pluck().get()).toBe(200);
});

test('a killed process loses no call that it was told is recorded, and every sum fits (litellm#38157)', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-usage-'));
  const url = `sqlite://${folder.path}/usage.db?mode=rwc`;
  using database = await newDatabase(url);

  for (const wait of [20, 60, 140]) {
    await using program = record(url, 1_000_000);
    const first = await program.nextLine();
    await pause(wait);
    await program.kill();

    const stored = new Set(database.connection.prepare<[], string>('SELECT request_id FROM token_usage').pluck().all());
    const acknowledged = [first, ...(await program.remainingLines())];
    expect(acknowledged.filter((call) => !stored.has(`r${call}`))).toEqual([]);
    expect(stored.size).toBeGreaterThan(0);
    expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
  }
});
