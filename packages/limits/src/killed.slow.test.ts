import { setTimeout as sleep } from 'node:timers/promises';
import type { IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { LimitEnforcer } from './limit-enforcer.ts';
import { countersAboveTheirLimit, MINUTE, NOW, refusalOf } from './limits.fixture.ts';

const SPEND = new URL('./spend-program.fixture.ts', import.meta.url);
const ROUNDS = 8;

test('whenever processes are killed, what was acknowledged is there, the limit holds, and the room of the dead comes back (litellm#38157, litellm#27639)', async () => {
  const seed = Date.now() % 2 ** 31;
  const random = randomFrom(seed);
  await using shared = await testDatabase({ shared: true });
  const { database, url } = shared;
  const clock = { time: NOW };
  const limits = await LimitEnforcer.open(database, { now: () => clock.time });
  await limits.createLimit({ userId: 'ann', maxTokensPerDay: 0 });
  let maxTokensPerDay = 0;
  const acknowledged: string[] = [];

  for (let round = 1; round <= ROUNDS; round += 1) {
    maxTokensPerDay += 1_000; // it is reached in some rounds and not in others
    await limits.updateLimit({ limitId: 1, maxTokensPerDay });
    await using one = startProgram(SPEND, url, `one${round}`, String(NOW));
    await using other = startProgram(SPEND, url, `other${round}`, String(NOW));
    await Promise.all([one.nextLine(), other.nextLine()]);
    await sleep(random() * 400);
    await Promise.all([one.kill(), other.kill()]);
    acknowledged.push(...(await one.remainingLines()), ...(await other.remainingLines()));

    const settled = new Set(await requestsIn(database, 'settled'));
    const { tokens } = (await limits.getLimit(1)).counters;
    expect({
      seed,
      round,
      lost: acknowledged.filter((requestId) => !settled.has(requestId)),
      tokens: { settled: tokens.settled, held: tokens.held, overage: tokens.overage },
      aboveTheirLimit: await countersAboveTheirLimit(database),
      drifts: await limits.verifyHeld(),
      integrity: integrityOf(database),
    }).toEqual({
      seed,
      round,
      lost: [],
      tokens: {
        settled: sumOf([...settled].map(usedBy)),
        held: 10 * (await requestsIn(database, 'held')).length,
        overage: 0,
      },
      aboveTheirLimit: 0,
      drifts: [],
      integrity: 'ok',
    });
  }

  expect({ seed, hasSettled: acknowledged.length > 0 }).toEqual({ seed, hasSettled: true });
  // Whatever the kills have hit: one call at least is never ended.
  maxTokensPerDay += 10;
  await limits.updateLimit({ limitId: 1, maxTokensPerDay });
  await limits.hold({ userId: 'ann', tokens: 10, costNanos: 0, ttlMs: MINUTE });
  const { settled, held } = (await limits.getLimit(1)).counters.tokens;
  const room = { userId: 'ann', tokens: maxTokensPerDay - settled, costNanos: 0 };
  expect((await refusalOf(limits.hold(room))).refusals[0]).toMatchObject({ settled, held });
  clock.time += MINUTE;
  await limits.hold(room);
  expect(await limits.verifyHeld()).toEqual([]);
});

async function requestsIn({ reader }: IronDatabase, state: string): Promise<string[]> {
  const requests = 'SELECT request_id AS "requestId" FROM _holds WHERE state = ?';
  const holds = await reader.statement<[string], { requestId: string }>(requests).all(state);
  return holds.map(({ requestId }) => requestId);
}

/** PostgreSQL has no such check, and needs none after one of its clients was killed. */
function integrityOf(database: IronDatabase): unknown {
  return database.engine === 'postgres' ? 'ok' : database.connection.pragma('integrity_check', { simple: true });
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** As the program says it. */
function usedBy(requestId: string): number {
  return 1 + (Number(requestId.split('-')[2]) % 7);
}

/** Pseudo-random numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5) % 2 ** 32;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
