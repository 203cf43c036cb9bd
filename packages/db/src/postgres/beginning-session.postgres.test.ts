import { describe, expect, onTestFinished, test } from 'vitest';
import { wait } from '../work/work.ts';
import { addNote, countNotes, type Notes, notesDatabase } from './notes.fixture.ts';
import { PostgresPool } from './postgres-pool.ts';
import type { PostgresSession } from './postgres-session.ts';
import { transaction, type TransactionContext } from './postgres-transaction.ts';
import { PostgresWriteQueue } from './postgres-write-queue.ts';

/** As where BEGIN is cancelled: the transaction has not begun, and the connection is whole. */
const FAILS_TO_BEGIN = 'SELECT 1 / 0; BEGIN';

function contextOf({ url }: Notes): TransactionContext {
  const pool = new PostgresPool({ connectionString: url, max: 1, pipeline: true });
  onTestFinished(() => pool.close());
  return { pool, name: url, giveUpAfterMs: 5_000, explain: (error) => error };
}

const insert = (session: PostgresSession, text: string) =>
  session.query('INSERT INTO notes (text) VALUES ($1)', [text]);

const count = async (session: PostgresSession) =>
  (await session.query('SELECT count(*) AS count FROM notes')).rows[0]?.['count'];

describe('a transaction that does not begin', () => {
  test('leaves nothing of the work that was on its way together with it', async () => {
    const notes = await notesDatabase();
    const writes = new PostgresWriteQueue(contextOf(notes), FAILS_TO_BEGIN);

    const writing = [
      writes.write((tx) => addNote(tx, 'a')),
      writes.write(function* (tx) {
        yield* countNotes(tx);
        yield* addNote(tx, 'b');
      }),
      writes.write((tx) => wait(tx.statement("WITH n AS (SELECT 'c') INSERT INTO notes (text) TABLE n").run())),
    ];

    expect(await Promise.allSettled(writing)).toMatchObject(writing.map(() => ({ reason: { code: '22012' } })));
    expect(await notes.committed()).toEqual([]);
  });

  test('alone leaves nothing either', async () => {
    const notes = await notesDatabase();
    const writes = new PostgresWriteQueue(contextOf(notes), FAILS_TO_BEGIN);

    await expect(writes.write((tx) => addNote(tx, 'a'))).rejects.toMatchObject({ code: '22012' });

    expect(await notes.committed()).toEqual([]);
  });

  test('leaves nothing of statements that were sent without waiting for one another', async () => {
    const notes = await notesDatabase();
    const running = transaction(contextOf(notes), FAILS_TO_BEGIN, {
      run: async (session) =>
        await Promise.all([
          session.query('SELECT 1'),
          insert(session, 'a'),
          session.query('SELECT 2'),
          insert(session, 'b'),
        ]),
    });

    await expect(running).rejects.toMatchObject({ code: '22012' });
    expect(await notes.committed()).toEqual([]);
  });
});

test('what is sent at once is carried out in its order, whether it waits for the transaction to begin or not', async () => {
  const notes = await notesDatabase();
  const counts = await transaction(contextOf(notes), 'BEGIN', {
    run: async (session) => {
      const found = [count(session), insert(session, 'a'), count(session), insert(session, 'b'), count(session)];
      return await Promise.all(found);
    },
  });

  expect(counts.filter((found) => typeof found === 'number')).toEqual([0, 1, 2]);
  expect(await notes.committed()).toEqual(['a', 'b']);
});
