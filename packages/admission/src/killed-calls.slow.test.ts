import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IronDatabase, openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { type Program, startProgram } from '@iron/test-program';
import { UsageTracker } from '@iron/usage';
import { describe, expect, test } from 'vitest';
import { admissionDatabase } from './admission-database.fixture.ts';

const CALLS = new URL('./call-load-program.fixture.ts', import.meta.url);
const HOLDS = new URL('./hold-load-program.fixture.ts', import.meta.url);
const ROUNDS = 5;
const PROCESSES = 4;
const PLENTY = 1_000_000_000;

interface Wanted {
  readonly maxTokensPerDay?: number;
  readonly maxRequestsPerMinute?: number;
}

/** A database file, a token in it, and programs that call with it at the real time. */
async function prepare(folder: string, limit: Wanted): Promise<{ path: string; token: string }> {
  const path = join(folder, 'calls.db');
  await using t = await admissionDatabase({ now: Date.now }, `sqlite://${path}?mode=rwc`);
  t.clock.now = Date.now();
  await t.limits.createLimit({ userId: 'alice', ...limit });
  await t.limits.createLimit({ userId: 'alice', projectId: 'search', maxCostNanosPerMonth: PLENTY });
  return { path, token: t.token };
}

/** As many processes as there are to be, each with its database open. */
async function startAll(count: number, program: URL, ...words: readonly string[]): Promise<Program[]> {
  const programs = Array.from({ length: count }, () => startProgram(program, ...words));
  for (const each of programs) expect(await each.nextLine()).toBe('ready');
  return programs;
}

async function linesOf(programs: readonly Program[]): Promise<string[][]> {
  return await Promise.all(programs.map(async (program) => await program.remainingLines()));
}

const settledIn = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('settled ')).map((line) => line.slice('settled '.length));

const pluck = (database: IronDatabase, query: string) => database.connection.prepare(query).pluck();

describe('calls in processes that are killed', () => {
  test(
    'are recorded once each if they were acknowledged, and all sums fit the rows',
    { timeout: 180_000 },
    async () => {
      using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-calls-'));
      const { path, token } = await prepare(folder.path, { maxTokensPerDay: PLENTY });
      const acknowledged: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const programs = await startAll(PROCESSES, CALLS, path, token, '16', '2000');
        await Promise.all(
          programs.map(async (program) => {
            await sleep(100 + Math.random() * 400);
            await program.kill();
          }),
        );
        acknowledged.push(...settledIn((await linesOf(programs)).flat()));
        await expectWhole(path, acknowledged);
      }
      expect(acknowledged.length).toBeGreaterThan(100);
      await sleep(2_000);
      await expectNothingHeld(path);
    },
  );
});

async function expectWhole(path: string, acknowledged: readonly string[]): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  const recorded = new Set(pluck(database, 'SELECT request_id FROM token_usage').all());
  expect(acknowledged.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  const states = database.connection
    .prepare('SELECT tokens_settled AS tokens, requests_settled AS requests FROM usage_limits WHERE project_id IS NULL')
    .get();
  expect(states).toMatchObject({ tokens: pluck(database, 'SELECT sum(total_tokens) FROM token_usage').get() });
  expect(pluck(database, 'SELECT cost_settled_nanos FROM usage_limits WHERE project_id IS NOT NULL').get()).toBe(
    pluck(database, 'SELECT sum(cost_nanos) FROM token_usage').get(),
  );
  const limits = await LimitEnforcer.open(database);
  expect(await limits.verifyHeld()).toEqual([]);
  const usage = await UsageTracker.open(database);
  expect(await usage.verifyTotals()).toMatchObject({ drifts: [] });
}

async function expectNothingHeld(path: string): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  const limits = await LimitEnforcer.open(database);
  await limits.sweep();
  expect(await limits.limitStates({ userId: 'alice', projectId: 'search' })).toMatchObject([{ held: 0 }, { held: 0 }]);
}

describe('eight processes that race for one limit', () => {
  test('are admitted exactly as often as it allows, and each gets an answer', { timeout: 120_000 }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-calls-'));
    const { path, token } = await prepare(folder.path, { maxTokensPerDay: 20 * 2_000 });
    const programs = await startAll(8, HOLDS, path, token);
    writeFileSync(`${path}.go`, '');
    const codes = await Promise.all(programs.map(async (program) => await program.ended));

    const answers = await linesOf(programs);
    const admitted = answers.map((lines) => lines.filter((line) => line.startsWith('admitted')).length);
    const refusals = new Set(answers.flat().filter((line) => line.startsWith('refused')));
    expect(codes).toEqual(Array.from({ length: 8 }, () => 0));
    expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(2_000);
    expect(Math.min(...admitted)).toBeGreaterThan(0);
    expect(refusals).toEqual(new Set(['refused limit.exceeded']));
    using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
    expect(pluck(database, 'SELECT tokens_held FROM usage_limits WHERE project_id IS NULL').get()).toBe(40_000);
    expect(pluck(database, 'SELECT count(*) FROM _holds').get()).toBe(2_000);
  });
});
