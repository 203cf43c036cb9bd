import { testDatabase } from '@iron/test-database';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { LimitEnforcer } from './limit-enforcer.ts';

const RACE = new URL('./race-program.fixture.ts', import.meta.url);
const PROCESSES = 8;

interface Outcome {
  readonly admitted: number;
  readonly refused: number;
  readonly thrown: string;
}

/** What each of eight processes got that made so many calls each against one limit at the same time. */
async function race(calls: number, maxTokensPerDay: number) {
  await using shared = await testDatabase({ shared: true });
  const { database, url } = shared;
  const limits = await LimitEnforcer.open(database, { now: () => Date.UTC(2026, 2, 10) });
  await limits.createLimit({ userId: 'ann', maxTokensPerDay });
  await using programs = new AsyncDisposableStack();
  const racers = Array.from({ length: PROCESSES }, () => programs.use(startProgram(RACE, url, String(calls))));
  for (const racer of racers) expect(await racer.nextLine()).toBe('ready');
  for (const racer of racers) racer.say('go');
  const lines = await Promise.all(racers.map((racer) => racer.nextLine()));
  return {
    outcomes: lines.map(readOutcome),
    tokens: (await limits.getLimit(1)).counters.tokens,
    holds: await database.reader.statement('SELECT state, count(*) AS count FROM _holds GROUP BY state').all(),
    drifts: await limits.verifyHeld(),
  };
}

/** As the program prints it. */
function readOutcome(line = ''): Outcome {
  const [admitted, refused, ...thrown] = line.split(' ');
  return { admitted: Number(admitted), refused: Number(refused), thrown: thrown.join(' ') };
}

test('of eight processes that race for one limit, exactly the limit is admitted, and the refused change nothing (membrane/api-gateway#3210)', async () => {
  const { outcomes, tokens, holds, drifts } = await race(40, 133);

  expect(outcomes.map(({ thrown }) => thrown).join('')).toBe('');
  expect(outcomes.map(({ admitted, refused }) => admitted + refused)).toEqual(outcomes.map(() => 40));
  expect(outcomes.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(133);
  expect(tokens).toMatchObject({ settled: 133, held: 0, overage: 0 });
  expect(holds).toEqual([{ state: 'settled', count: 133 }]);
  expect(drifts).toEqual([]);
});

test('nobody starves: each of eight processes is among the admitted, though others would take all of it', async () => {
  const { outcomes } = await race(60, 120);
  expect(outcomes.filter(({ admitted }) => admitted === 0)).toEqual([]);
});

test('no caller ever hears that the database is busy: each of eight processes gets all that there is room for (new-api#4266)', async () => {
  const { outcomes, tokens } = await race(40, 320);

  expect(outcomes).toEqual(outcomes.map(() => ({ admitted: 40, refused: 0, thrown: '' })));
  expect(tokens).toMatchObject({ settled: 320, held: 0, overage: 0 });
});
