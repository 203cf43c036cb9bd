import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from '@iron/test-database';
import { describe, expect, test, vi } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { openServices } from '../services.ts';
import { serverChores } from './chores.ts';
import { keepHouse } from './housekeeping.ts';

const nothing = () => undefined;
const fail = async () => {
  throw new Error('no room');
};

describe('a chore', () => {
  test('is done again and again, each time after a pause, until the end', async () => {
    let times = 0;
    const house = keepHouse([{ name: 'count', everyMs: 5, run: async () => void (times += 1) }], nothing);
    expect(times).toBe(0);
    await vi.waitFor(() => expect(times).toBeGreaterThan(2));
    await house[Symbol.asyncDispose]();
    const last = times;
    await sleep(30);
    expect(times).toBe(last);
  });

  test('that fails is told of, and done again', async () => {
    const failures: unknown[] = [];
    await using _house = keepHouse([{ name: 'sweep', everyMs: 2, run: fail }], (name, error) =>
      failures.push([name, error]),
    );
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(1));
    expect(failures[0]).toEqual(['sweep', new Error('no room')]);
  });

  test('that takes long is not begun anew meanwhile, and comes to its end', async () => {
    const done = Promise.withResolvers<void>();
    let begun = 0;
    const run = async () => {
      begun += 1;
      await done.promise;
    };
    const house = keepHouse([{ name: 'slow', everyMs: 1, run }], nothing);
    await vi.waitFor(() => expect(begun).toBe(1));
    await sleep(20);
    let isOver = false;
    const over = house[Symbol.asyncDispose]().then(() => (isOver = true));
    await sleep(5);
    expect([begun, isOver]).toEqual([1, false]);
    done.resolve();
    await over;
  });
});

test('a server gives back holds that are over, and forgets idempotency keys and blacklisted tokens that are', async () => {
  await using t = await testDatabase();
  const clock = { now: Date.UTC(2026, 2, 1, 12) };
  await using services = await openServices(t.database, { environment: 'development', now: () => clock.now });
  await services.limits.hold({ userId: 'ada', tokens: 1, costNanos: 0 });
  const work = async () => JSON.stringify(await services.agents.createAgent({ name: 'gateway', providers: [] }));
  await services.idempotency.once({ secret: 'a', key: 'b', content: ['c'] }, { work, answerOf: JSON.stringify });
  const blacklisting = 'INSERT INTO token_blacklist (jti, user_id, blacklisted_at, expires_at) VALUES (?, ?, ?, ?)';
  await changeByHand(t.database, blacklisting, 'jti', 'ada', clock.now, clock.now + 1_000);
  const counts = async () => {
    const tables = ['_holds', '_idempotency_keys', 'token_blacklist'];
    const counting = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join();
    return Object.values(
      (await t.database.reader.statement<[], Record<string, number>>(`SELECT ${counting}`).get()) ?? {},
    );
  };
  const chores = await serverChores(services);

  for (const chore of chores) await chore.run();
  expect(await counts()).toEqual([1, 1, 1]);
  clock.now += 2 * 86_400_000;
  for (const chore of [...chores, ...chores]) await chore.run();
  const [, keys, blacklisted] = await counts();
  expect([keys, blacklisted]).toEqual([0, 0]);
  const states = await t.database.reader.statement('SELECT DISTINCT state FROM _holds').all();
  expect(states).toEqual([{ state: 'expired' }]);
});
