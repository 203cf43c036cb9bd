import { setTimeout as sleep } from 'node:timers/promises';
import type { IronDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { type Program, startProgram } from '@iron/test-program';
import { UsageTracker } from '@iron/usage';
import { describe, expect, test } from 'vitest';
import { type AdmissionDatabase, admissionDatabase } from './admission-database.fixture.ts';

const CALLS = new URL('./call-load-program.fixture.ts', import.meta.url);
const HOLDS = new URL('./hold-load-program.fixture.ts', import.meta.url);
const ROUNDS = 5;
const PROCESSES = 4;
const PLENTY = 1_000_000_000;

interface Wanted {
  readonly maxTokensPerDay?: number;
  readonly maxRequestsPerMinute?: number;
}

/** A shared database, with a token for programs that call with it at the real time. */
async function prepare(limit: Wanted): Promise<AdmissionDatabase> {
  const t = await admissionDatabase({ now: Date.now }, { shared: true });
  t.clock.now = Date.now();
  await t.limits.createLimit({ userId: 'alice', ...limit });
  await t.limits.createLimit({ userId: 'alice', projectId: 'search', maxCostNanosPerMonth: PLENTY });
  return t;
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

async function valueOf({ reader }: IronDatabase, query: string): Promise<number> {
  const row = await reader.statement<[], { value: number }>(query).get();
  return row?.value ?? 0;
}

describe('calls in processes that are killed', () => {
  test(
    'are recorded once each if they were acknowledged, and all sums fit the rows',
    { timeout: 180_000 },
    async () => {
      await using t = await prepare({ maxTokensPerDay: PLENTY });
      const acknowledged: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const programs = await startAll(PROCESSES, CALLS, t.url, t.token, '16', '2000');
        await Promise.all(
          programs.map(async (program) => {
            await sleep(100 + Math.random() * 400);
            await program.kill();
          }),
        );
        acknowledged.push(...settledIn((await linesOf(programs)).flat()));
        await expectWhole(t.database, acknowledged);
      }
      expect(acknowledged.length).toBeGreaterThan(100);
      await sleep(2_000);
      await expectNothingHeld(t.database);
    },
  );
});

async function expectWhole(database: IronDatabase, acknowledged: readonly string[]): Promise<void> {
  const rows = await database.reader
    .statement<[], { requestId: string }>('SELECT request_id AS "requestId" FROM token_usage')
    .all();
  const recorded = new Set(rows.map(({ requestId }) => requestId));
  expect(acknowledged.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  const { settled, used } = await sumsOf(database);
  expect(settled).toEqual(used);
  const limits = await LimitEnforcer.open(database);
  expect(await limits.verifyHeld()).toEqual([]);
  const usage = await UsageTracker.open(database);
  expect(await usage.verifyTotals()).toMatchObject({ drifts: [] });
}

const SUMS = `
  SELECT (SELECT tokens_settled FROM usage_limits WHERE project_id IS NULL) AS "tokensSettled",
    (SELECT cost_settled_nanos FROM usage_limits WHERE project_id IS NOT NULL) AS "costSettled",
    (SELECT sum(total_tokens) FROM token_usage) AS "tokensUsed", (SELECT sum(cost_nanos) FROM token_usage) AS "costUsed"`;

/** Of one moment: a server goes on with the last commit of a process that is gone. */
async function sumsOf({ reader }: IronDatabase): Promise<Record<'settled' | 'used', unknown>> {
  const row = await reader.statement<[], Record<string, number | null>>(SUMS).get();
  return {
    settled: { tokens: row?.['tokensSettled'], cost: row?.['costSettled'] },
    used: { tokens: row?.['tokensUsed'] ?? 0, cost: row?.['costUsed'] ?? 0 },
  };
}

async function expectNothingHeld(database: IronDatabase): Promise<void> {
  const limits = await LimitEnforcer.open(database);
  await limits.sweep();
  expect(await limits.limitStates({ userId: 'alice', projectId: 'search' })).toMatchObject([{ held: 0 }, { held: 0 }]);
}

describe('eight processes that race for one limit', () => {
  test('are admitted exactly as often as it allows, and each gets an answer', { timeout: 120_000 }, async () => {
    await using t = await prepare({ maxTokensPerDay: 20 * 2_000 });
    const programs = await startAll(8, HOLDS, t.url, t.token);
    for (const program of programs) program.say('go');
    const codes = await Promise.all(programs.map(async (program) => await program.ended));

    const answers = await linesOf(programs);
    const admitted = answers.map((lines) => lines.filter((line) => line.startsWith('admitted')).length);
    const refusals = new Set(answers.flat().filter((line) => line.startsWith('refused')));
    expect(codes).toEqual(Array.from({ length: 8 }, () => 0));
    expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(2_000);
    expect(Math.min(...admitted)).toBeGreaterThan(0);
    expect(refusals).toEqual(new Set(['refused limit.exceeded']));
    const held = 'SELECT tokens_held AS value FROM usage_limits WHERE project_id IS NULL';
    expect(await valueOf(t.database, held)).toBe(40_000);
    expect(await valueOf(t.database, 'SELECT count(*) AS value FROM _holds')).toBe(2_000);
  });
});
