import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openForService } from '@iron/db';
import { expect, test } from 'vitest';
import { verifyTotals } from '../totals/verify-totals.ts';
import { addToken } from '../usage-database.fixture.ts';

const PROGRAM = fileURLToPath(new URL('record-program.fixture.ts', import.meta.url));

function start(url: string, calls: number): { child: ChildProcess; printed: () => number[] } {
  const child = spawn(process.execPath, [PROGRAM, url, '1', String(calls)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout?.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  return { child, printed: () => output.split('\n').slice(0, -1).map(Number) };
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

  const programs = [1, 2, 3, 4].map(() => start(url, 200));
  const codes = await Promise.all(programs.map(async ({ child }) => (await once(child, 'close'))[0] as unknown));

  expect(codes).toEqual([0, 0, 0, 0]);
  expect(programs.map(({ printed }) => printed().length)).toEqual([200, 200, 200, 200]);
  expect(database.connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(200);
  expect(database.connection.prepare('SELECT sum(requests) FROM _usage_by_token').pluck().get()).toBe(200);
});

test('a killed process loses no call that it was told is recorded, and every sum fits (litellm#38157)', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-usage-'));
  const url = `sqlite://${folder.path}/usage.db?mode=rwc`;
  using database = await newDatabase(url);

  for (const wait of [20, 60, 140]) {
    const { child, printed } = start(url, 1_000_000);
    while (printed().length === 0) await pause(5);
    await pause(wait);
    child.kill('SIGKILL');
    await once(child, 'close');

    const stored = new Set(database.connection.prepare<[], string>('SELECT request_id FROM token_usage').pluck().all());
    expect(printed().filter((call) => !stored.has(`r${call}`))).toEqual([]);
    expect(stored.size).toBeGreaterThan(0);
    expect(await verifyTotals(database)).toMatchObject({ drifted: 0 });
  }
});
