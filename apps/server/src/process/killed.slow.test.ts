import { setTimeout as sleep } from 'node:timers/promises';
import { LimitEnforcer } from '@iron/limits';
import { expect, test } from 'vitest';
import { lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { databaseToServe } from './served-database.fixture.ts';
import { startServer } from './server-process.fixture.ts';
import { answersTo, isDone, isRefused } from './wish-outcomes.fixture.ts';
import { workingClients } from './working-clients.fixture.ts';

const ROUNDS = 4;
const CLIENTS = 8;
const LONGEST_PAUSE_MS = 700;
/** A hundred calls or so. */
const MOST_TOKENS = 1_000;
/** What is answered the second time as it was the first time. */
const KEPT = new Set(['token', 'usage', 'trace']);

test('whenever a server is killed, what it has answered is done once, and what it has not is done once when it is asked for again', async () => {
  await using database = await databaseToServe();
  await database.open(async (opened) => {
    const limits = await LimitEnforcer.open(opened);
    await limits.createLimit({ userId: 'root', maxTokensPerDay: MOST_TOKENS });
  });
  const { wishes, work, repeat } = workingClients(database.admin);
  const pauses = Array.from({ length: ROUNDS }, () => Math.random() * LONGEST_PAUSE_MS);
  const expectNothingWrong = async () => {
    const findings = await database.open(async (opened) => await lookInto(opened, wishes));
    expect({ pauses, ...findings }).toEqual({ pauses, ...NOTHING_WRONG });
  };

  for (const pause of pauses) {
    await using server = await startServer(database.url);
    const answersBefore = answersTo(wishes);
    const working = work(server.url, CLIENTS);
    await expect.poll(() => answersTo(wishes)).toBeGreaterThan(answersBefore);
    await sleep(pause);
    await server.kill();
    await working;
    await expectNothingWrong();
  }

  await using server = await startServer(database.url);
  const interrupted = wishes.filter(({ answers }) => answers.length === 0);
  const answered = wishes.filter(({ kind, answers }) => KEPT.has(kind) && answers.length > 0).slice(-20);
  for (const wish of [...interrupted, ...answered]) await repeat(server.url, wish);
  await expectNothingWrong();
  expect(interrupted.filter((wish) => !isDone(wish) && !isRefused(wish))).toEqual([]);
  expect(answered.filter(({ answers: [first, again] }) => first?.body !== again?.body || !again?.isRepeated)).toEqual(
    [],
  );
});
