import { describe, expect, test } from 'vitest';
import type { Writer } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';
import { addNote, notesDatabase } from './notes.fixture.ts';
import type { PostgresDatabase } from './postgres-database.ts';

function* addThenFail(tx: Writer, text: string): Work<never> {
  yield* addNote(tx, text);
  throw new RangeError(`not ${text}`);
}

function* overlook(tx: Writer): Work<string> {
  try {
    yield* addNote(tx, 'bad', -1);
  } catch {
    // as no work should
  }
  return 'written';
}

const call = async <T>(database: PostgresDatabase, work: (tx: Writer) => Work<T>): Promise<T> =>
  await database.call({ needs: () => [], work });

const statusesOf = async (calls: Promise<unknown>[]) => (await Promise.allSettled(calls)).map(({ status }) => status);

describe('a call', () => {
  test('that fails after a statement of its own has changed something leaves nothing of it, and its neighbours all', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    await expect(call(database, (tx) => addThenFail(tx, 'alone'))).rejects.toThrow('not alone');
    const statuses = await statusesOf([
      call(database, (tx) => addNote(tx, 'a')),
      call(database, (tx) => addThenFail(tx, 'b')),
      call(database, (tx) => addNote(tx, 'c')),
    ]);

    expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await notes.committed()).toEqual(['a', 'c']);
  });

  test.each(['40001', '40P01'])(
    'whose own statement came in the way of others (%s) is carried out again',
    async (code) => {
      const notes = await notesDatabase();
      await notes.administer(`CREATE SEQUENCE tries`);
      const database = await notes.open();
      const fail = `DO $$ BEGIN IF nextval('tries') <= 2 THEN RAISE 'in the way' USING ERRCODE = '${code}'; END IF; END $$`;
      function* addOrFail(tx: Writer): Work<number> {
        const id = yield* addNote(tx, 'b');
        yield* wait(tx.statement(fail).run());
        return id;
      }

      const statuses = await statusesOf([
        call(database, (tx) => addNote(tx, 'a')),
        call(database, addOrFail),
        call(database, (tx) => addNote(tx, 'c')),
      ]);

      expect(statuses).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      expect(await notes.committed()).toEqual(['a', 'b', 'c']);
    },
  );

  test('that overlooks that its statement has failed is not said to be carried out, and spoils no other', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    const statuses = await statusesOf([
      call(database, (tx) => addNote(tx, 'a')),
      call(database, overlook),
      call(database, (tx) => addNote(tx, 'c')),
    ]);

    expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await notes.committed()).toEqual(['a', 'c']);
  });
});
