import { LimitEnforcer } from '@iron/limits';
import { expect, test } from 'vitest';
import { lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { databaseToServe } from './served-database.fixture.ts';
import { startServer } from './server-process.fixture.ts';
import { answersTo, isDone, isRefused } from './wish-outcomes.fixture.ts';
import { workingClients } from './working-clients.fixture.ts';

const CLIENTS_OF_EACH = 6;
const MANY = 200;
/** A hundred calls or so. */
const MOST_TOKENS = 1_000;

test('two servers are as one, also when one of them is killed: what was answered is done once, and what was not can be asked of the other', async () => {
  await using database = await databaseToServe();
  await database.open(async (opened) => {
    const limits = await LimitEnforcer.open(opened);
    await limits.createLimit({ userId: 'root', maxTokensPerDay: MOST_TOKENS });
  });
  await using killed = await startServer(database.url);
  await using other = await startServer(database.url);
  const { wishes, work, repeat } = workingClients(database.admin);
  const state = { isOver: false };
  const working = [work(killed.url, CLIENTS_OF_EACH), work(other.url, CLIENTS_OF_EACH, () => state.isOver)];

  await expect.poll(() => answersTo(wishes), { timeout: 60_000 }).toBeGreaterThan(MANY);
  await killed.kill();
  const answersBefore = answersTo(wishes);
  await expect.poll(() => answersTo(wishes), { timeout: 60_000 }).toBeGreaterThan(answersBefore + MANY);
  state.isOver = true;
  await Promise.all(working);

  const interrupted = wishes.filter(({ answers }) => answers.length === 0);
  for (const wish of interrupted) await repeat(other.url, wish);
  other.signal('SIGTERM');
  expect(await other.ended).toBe(0);
  expect(await database.open(async (opened) => await lookInto(opened, wishes))).toEqual(NOTHING_WRONG);
  expect(interrupted.filter((wish) => !isDone(wish) && !isRefused(wish))).toEqual([]);
  expect(wishes.filter(({ kind }) => kind === 'hold').filter(isDone).length).toBeGreaterThan(0);
});
