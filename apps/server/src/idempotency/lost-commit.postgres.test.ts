import { setTimeout as sleep } from 'node:timers/promises';
import { type IronDatabase, openDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { startTcpProxy, type TcpProxy } from '@iron/test-postgres';
import { AgentStorage } from '@iron/tokens';
import { expect, test } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { IdempotencyStore, type OnceWork } from './idempotency-store.ts';

const REQUEST = { secret: 'token', key: 'order 1', content: ['createAgent', '{}'] };

const IN_COMMIT = `
  SELECT pid::bigint AS pid FROM pg_stat_activity
  WHERE wait_event = 'PgSleep' AND datname = current_database()`;

/** Has each commit of a key take so long, until the block ends. */
async function slowCommits(database: IronDatabase, seconds: number): Promise<AsyncDisposable> {
  const rest = `CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END'`;
  const trigger = `CREATE CONSTRAINT TRIGGER resting AFTER INSERT ON _idempotency_keys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rest()`;
  await changeByHand(database, rest);
  await changeByHand(database, trigger);
  return {
    [Symbol.asyncDispose]: async () => await changeByHand(database, 'DROP TRIGGER resting ON _idempotency_keys'),
  };
}

async function untilInCommit({ reader }: IronDatabase): Promise<number> {
  for (;;) {
    const row = await reader.statement<[], { pid: number }>(IN_COMMIT).get();
    if (row) return row.pid;
    await sleep(5);
  }
}

async function untilMade({ reader }: IronDatabase): Promise<void> {
  while ((await reader.statement('SELECT id FROM agents').all()).length === 0) await sleep(5);
}

async function goAway(proxy: TcpProxy): Promise<void> {
  await proxy.refuse();
  proxy.cut();
}

async function comeBack(proxy: TcpProxy): Promise<void> {
  proxy.resume();
  await proxy.accept();
}

async function makingAgents(database: IronDatabase): Promise<OnceWork> {
  const agents = await AgentStorage.open(database);
  const work = async () => JSON.stringify(await agents.createAgent({ name: 'gateway', providers: [] }));
  return { work, answerOf: JSON.stringify };
}

test('a request whose commit was not answered is answered when it is repeated, and is not carried out again', async () => {
  await using t = await testDatabase();
  await using proxy = await startTcpProxy(t.url);
  await using database = await openDatabase(proxy.url, { giveUpAfterMs: 600 });
  const store = new IdempotencyStore(database, Date.now);
  const making = await makingAgents(database);
  {
    await using _slow = await slowCommits(t.database, 0.3);
    const asked = Promise.allSettled([store.once(REQUEST, making)]);
    await untilInCommit(t.database);
    proxy.hang('answers');
    await untilMade(t.database);
    await goAway(proxy);
    expect(await asked).toMatchObject([{ reason: { code: 'database.commit_unknown' } }]);
  }
  await comeBack(proxy);

  const { answer, isRepeated } = await store.once(REQUEST, making);

  expect(isRepeated).toBe(true);
  expect(JSON.parse(answer)).toMatchObject({ name: 'gateway' });
  expect(await t.database.reader.statement('SELECT name FROM agents').all()).toEqual([{ name: 'gateway' }]);
});

test('a request whose commit did not take place is carried out when it is repeated, though nobody could say so', async () => {
  await using t = await testDatabase();
  await using proxy = await startTcpProxy(t.url);
  await using database = await openDatabase(proxy.url, { giveUpAfterMs: 600 });
  const store = new IdempotencyStore(database, Date.now);
  const making = await makingAgents(database);
  {
    await using _slow = await slowCommits(t.database, 60);
    const asked = Promise.allSettled([store.once(REQUEST, making)]);
    const pid = await untilInCommit(t.database);
    await goAway(proxy);
    await t.database.reader.statement<[number]>('SELECT pg_terminate_backend(?::integer)').get(pid);
    expect(await asked).toMatchObject([{ reason: { code: 'database.commit_unknown' } }]);
  }
  await comeBack(proxy);

  expect(await store.once(REQUEST, making)).toMatchObject({ isRepeated: false });
  expect(await store.once(REQUEST, making)).toMatchObject({ isRepeated: true });
  expect(await t.database.reader.statement('SELECT name FROM agents').all()).toEqual([{ name: 'gateway' }]);
});
