import type { IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { describe, expect, test } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { IdempotencyStore } from './idempotency-store.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const work = async () => 'done';
const fail = async () => {
  throw new Error('no room');
};
const REQUEST = { secret: 'token', key: 'order 1', content: ['createThing', '{}'] };

/** Lets nothing more be written, as a full disk does, until the block ends. */
async function fullDisk(database: IronDatabase): Promise<AsyncDisposable> {
  if (database.engine === 'postgres') await changeByHand(database, RAISE);
  for (const change of ['delete', 'update']) {
    const trigger = `CREATE TRIGGER full_${change} BEFORE ${change} ON _idempotency_keys`;
    const sqlite = `${trigger} BEGIN SELECT RAISE(FAIL, 'full'); END`;
    await changeByHand(database, { sqlite, postgres: `${trigger} EXECUTE FUNCTION raise_full()` });
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const name of ['full_delete', 'full_update']) {
        const sqlite = `DROP TRIGGER ${name}`;
        await changeByHand(database, { sqlite, postgres: `${sqlite} ON _idempotency_keys` });
      }
    },
  };
}

const RAISE = `CREATE OR REPLACE FUNCTION raise_full() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RAISE EXCEPTION ''full''; END'`;

describe('a request with a key', () => {
  test('that failed can be tried again under it, also where the disk was too full to say so', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    {
      await using _full = await fullDisk(t.database);
      await expect(store.once(REQUEST, fail)).rejects.toThrow('no room');
    }
    let done = 0;
    const count = async () => String((done += 1));
    const results = await Promise.allSettled([store.once(REQUEST, count), store.once(REQUEST, count)]);

    expect(results).toMatchObject([
      { status: 'fulfilled', value: { answer: '1', isRepeated: false } },
      { status: 'rejected', reason: { code: 'idempotency.in_progress' } },
    ]);
    expect(await store.once(REQUEST, count)).toEqual({ answer: '1', isRepeated: true });
  });

  test('that failed on a full disk is forgotten for other processes when there is room', async () => {
    await using t = await testDatabase();
    const [store, other] = [new IdempotencyStore(t.database, () => NOW), new IdempotencyStore(t.database, () => NOW)];
    {
      await using _full = await fullDisk(t.database);
      await store.once(REQUEST, fail).catch(() => undefined);
    }
    await expect(other.once(REQUEST, work)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    await store.sweep();
    expect(await other.once(REQUEST, work)).toEqual({ answer: 'done', isRepeated: false });
  });

  test('that was carried out is answered, also where its answer cannot be kept; it is not carried out again', async () => {
    await using t = await testDatabase();
    const store = new IdempotencyStore(t.database, () => NOW);
    {
      await using _full = await fullDisk(t.database);
      expect(await store.once(REQUEST, work)).toEqual({ answer: 'done', isRepeated: false });
    }
    await expect(store.once(REQUEST, work)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
  });
});
