import { type IronDatabase, wait, type Work, type Writer } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { describe, expect, test } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { IdempotencyStore, type OnceWork } from './idempotency-store.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const DAY_MS = 86_400_000;
const REQUEST = { secret: 'token', key: 'order 1', content: ['createThing', '{}'] };

const ADD = 'INSERT INTO agents (name, created_at) VALUES (?, ?) RETURNING id';
const NAMES = 'SELECT name FROM agents ORDER BY id';

const fail = async () => {
  throw new Error('no room');
};
const answerOf = (written: unknown) => `made ${JSON.stringify(written)}`;

function* addAgent(tx: Writer, name: string): Work<number | undefined> {
  return (yield* wait(tx.statement<[string, number], { id: number }>(ADD).get(name, NOW)))?.id;
}

/** Makes an agent, a new one each time. */
function making(database: IronDatabase, names: readonly string[]): OnceWork {
  const left = [...names];
  const work = async () => {
    const name = left.shift() ?? 'one too many';
    return answerOf(await database.write((tx) => addAgent(tx, name)));
  };
  return { work, answerOf };
}

async function made({ reader }: IronDatabase): Promise<string[]> {
  return (await reader.statement<[], { name: string }>(NAMES).all()).map(({ name }) => name);
}

/** Lets no key be kept, as a full disk does, until the block ends. */
async function fullDisk(database: IronDatabase): Promise<AsyncDisposable> {
  if (database.engine === 'postgres') await changeByHand(database, RAISE);
  const trigger = 'CREATE TRIGGER full_disk BEFORE INSERT ON _idempotency_keys';
  const sqlite = `${trigger} BEGIN SELECT RAISE(FAIL, 'full'); END`;
  await changeByHand(database, { sqlite, postgres: `${trigger} EXECUTE FUNCTION raise_full()` });
  return {
    async [Symbol.asyncDispose]() {
      const drop = 'DROP TRIGGER full_disk';
      await changeByHand(database, { sqlite: drop, postgres: `${drop} ON _idempotency_keys` });
    },
  };
}

const RAISE = `CREATE OR REPLACE FUNCTION raise_full() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RAISE EXCEPTION ''full''; END'`;

describe('a request with a key', () => {
  test('is carried out once and answered the same, however often it is repeated, wherever', async () => {
    await using t = await testDatabase({ shared: true });
    const others = await Promise.all([t.openAnother(), t.openAnother()]);
    const ways = [t.database, ...others].map((database) => ({
      store: new IdempotencyStore(database, () => NOW),
      work: making(database, ['a', 'b', 'c', 'd']),
    }));

    const first = await Promise.all([...ways, ...ways].map(({ store, work }) => store.once(REQUEST, work)));
    const later = await Promise.all(ways.map(({ store, work }) => store.once(REQUEST, work)));

    expect(first.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1);
    expect(later.filter(({ isRepeated }) => !isRepeated)).toEqual([]);
    expect(new Set([...first, ...later].map(({ answer }) => answer)).size).toBe(1);
    expect(await made(t.database)).toHaveLength(1);
  });

  test('that fails has changed nothing, and can be tried again', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);

    await expect(store.once(REQUEST, { work: fail, answerOf })).rejects.toThrow('no room');
    expect(await store.once(REQUEST, making(t.database, ['a']))).toMatchObject({ isRepeated: false });
    expect(await made(t.database)).toEqual(['a']);
  });

  test('is not carried out where its answer cannot be kept, and can be tried again', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    const work = making(t.database, ['a', 'b']);
    {
      await using _full = await fullDisk(t.database);
      await expect(store.once(REQUEST, work)).rejects.toThrow('full');
      expect(await made(t.database)).toEqual([]);
    }
    expect(await store.once(REQUEST, work)).toMatchObject({ isRepeated: false });
    expect(await store.once(REQUEST, work)).toMatchObject({ isRepeated: true });
    expect(await made(t.database)).toEqual(['b']);
  });

  test('that was carried out meanwhile, and fails for that, is answered as the first one', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    const work = async () => {
      await store.once(REQUEST, making(t.database, ['a']));
      throw new Error('there is one already');
    };
    expect(await store.once(REQUEST, { work, answerOf })).toMatchObject({ isRepeated: true });
  });

  test('is refused where the key is that of another request, also of one that came in between', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    const work = making(t.database, ['a', 'b', 'c']);
    const other = { ...REQUEST, content: ['createThing', '[]'] };

    const both = await Promise.allSettled([store.once(REQUEST, work), store.once(other, work)]);
    const late = both[0].status === 'fulfilled' ? other : REQUEST; // over two connections either can come first

    const order = both.toSorted((one, another) => one.status.localeCompare(another.status));
    expect(order).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'idempotency.key_reused' } }]);
    await expect(store.once(late, work)).rejects.toMatchObject({ code: 'idempotency.key_reused' });
    expect(await made(t.database)).toEqual([expect.stringMatching(/^[ab]$/)]); // one of both, and none of the late one
  });

  test('is a new one after a day, also before the old one was swept', async () => {
    await using t = await testDatabase();
    const clock = { now: NOW };
    const store = new IdempotencyStore(t.database, () => clock.now);
    const work = making(t.database, ['a', 'b', 'c']);
    await store.once(REQUEST, work);

    clock.now += DAY_MS;
    expect(await store.once(REQUEST, work)).toMatchObject({ isRepeated: true });
    clock.now += 1;
    expect(await store.once(REQUEST, work)).toMatchObject({ isRepeated: false });
    expect(await made(t.database)).toEqual(['a', 'b']);
  });

  test('that an Iron began which kept answers apart is not begun again', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    const work = making(t.database, ['a', 'b']);
    await store.once(REQUEST, work);
    await changeByHand(t.database, 'UPDATE _idempotency_keys SET answer = NULL');

    await expect(store.once(REQUEST, work)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    expect(await made(t.database)).toEqual(['a']);
  });
});
