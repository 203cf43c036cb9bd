import { applyAllMigrations, openDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { startPostgres, type StopMode } from '@iron/test-postgres';
import { expect, test } from 'vitest';
import { lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { served } from './served-database.fixture.ts';
import { startServer } from './server-process.fixture.ts';
import { isDone } from './wish-outcomes.fixture.ts';
import { type Wish, workingClients } from './working-clients.fixture.ts';

const CLIENTS_OF_EACH = 4;
const MANY = 60;
const ENOUGH = 10_000_000;
const UNAVAILABLE = 503;

/** How the database goes: in order, or as in a crash. */
const STOPS: readonly StopMode[] = ['fast', 'immediate', 'fast', 'immediate'];

function answersOf(wishes: readonly Wish[]): Wish['answers'] {
  return wishes.flatMap(({ answers }) => answers);
}

function codeOf({ body }: Wish['answers'][number]): string | undefined {
  return /"code":"([^"]*)"/.exec(body)?.[1];
}

async function until(count: () => number, most: number): Promise<void> {
  await expect.poll(count, { timeout: 90_000 }).toBeGreaterThan(most);
}

test('two servers go on by themselves when their database is restarted under load, say meanwhile when to ask again, and nothing is lost or done twice', async () => {
  await using postgres = await startPostgres();
  const database = await openDatabase(postgres.url);
  await applyAllMigrations(database);
  await using toServe = await served({
    database,
    url: postgres.url,
    [Symbol.asyncDispose]: async () => await database.close(),
  });
  await toServe.open(async (opened) => {
    const limits = await LimitEnforcer.open(opened);
    await limits.createLimit({ userId: 'root', maxTokensPerDay: ENOUGH, maxRequestsPerMinute: ENOUGH });
  });
  await using one = await startServer(toServe.url);
  await using other = await startServer(toServe.url);
  const { wishes, work, repeat } = workingClients(toServe.admin);
  const state = { isOver: false };
  const working = [one, other].map(({ url }) => work(url, CLIENTS_OF_EACH, () => state.isOver));
  const done = () => wishes.filter(isDone).length;
  const unavailable = () => answersOf(wishes).filter(({ status }) => status === UNAVAILABLE).length;

  await until(done, MANY);
  for (const mode of STOPS) {
    const before = unavailable();
    await postgres.stop(mode);
    await until(unavailable, before + MANY);
    await postgres.start();
    await until(done, done() + MANY);
  }
  state.isOver = true;
  await Promise.all(working);

  const refusals = answersOf(wishes).filter(({ status }) => status === UNAVAILABLE);
  expect(refusals.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
  expect(['database.unreachable', 'database.commit_unknown']).toEqual(
    expect.arrayContaining([...new Set(refusals.map(codeOf))]),
  );
  const missed = wishes.filter((wish) => !isDone(wish));
  for (const wish of missed) await repeat(one.url, wish);
  expect(missed.filter((wish) => !isDone(wish))).toEqual([]);
  expect(answersOf(wishes).filter(({ status }) => status >= 300 && status !== UNAVAILABLE)).toEqual([]);
  for (const server of [one, other]) server.signal('SIGTERM');
  expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  expect(await toServe.open(async (opened) => await lookInto(opened, wishes))).toEqual(NOTHING_WRONG);
});
