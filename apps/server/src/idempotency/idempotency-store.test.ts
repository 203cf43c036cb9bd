import type { IronDatabase } from '@iron/db';
import { createTestDb } from '@iron/testkit';
import { describe, expect, test } from 'vitest';
import { IdempotencyStore } from './idempotency-store.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const work = async () => 'done';
const fail = async () => {
  throw new Error('no room');
};
const REQUEST = { secret: 'token', key: 'order 1', content: ['createThing', '{}'] };

/** Lets nothing more be written, as a full disk does, until the block ends. */
function fullDisk({ connection }: IronDatabase): Disposable {
  connection.exec("CREATE TEMP TRIGGER full BEFORE DELETE ON _idempotency_keys BEGIN SELECT RAISE(FAIL, 'full'); END");
  connection.exec("CREATE TEMP TRIGGER full2 BEFORE UPDATE ON _idempotency_keys BEGIN SELECT RAISE(FAIL, 'full'); END");
  return { [Symbol.dispose]: () => connection.exec('DROP TRIGGER full; DROP TRIGGER full2') };
}

describe('a request with a key', () => {
  test('that failed can be tried again under it, also where the disk was too full to say so', async () => {
    await using t = await createTestDb();
    const store = new IdempotencyStore(t.db, () => NOW);
    {
      using _full = fullDisk(t.db);
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
    await using t = await createTestDb();
    const [store, other] = [new IdempotencyStore(t.db, () => NOW), new IdempotencyStore(t.db, () => NOW)];
    {
      using _full = fullDisk(t.db);
      await store.once(REQUEST, fail).catch(() => undefined);
    }
    await expect(other.once(REQUEST, work)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    await store.sweep();
    expect(await other.once(REQUEST, work)).toEqual({ answer: 'done', isRepeated: false });
  });

  test('that was carried out is answered, also where its answer cannot be kept; it is not carried out again', async () => {
    await using t = await createTestDb();
    const store = new IdempotencyStore(t.db, () => NOW);
    {
      using _full = fullDisk(t.db);
      expect(await store.once(REQUEST, work)).toEqual({ answer: 'done', isRepeated: false });
    }
    await expect(store.once(REQUEST, work)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
  });
});
