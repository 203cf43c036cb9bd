import { describe, expect, test } from 'vitest';
import type { Writer } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';
import { ADVISORY_LOCKS_HERE } from './advisory-locks.fixture.ts';
import { transactionPooler } from './maintenance/transaction-pooler.fixture.ts';
import { addNote, countNotes, notesDatabase } from './notes.fixture.ts';

const SETTINGS = "SELECT name FROM pg_settings WHERE source = 'session' AND name LIKE '%timeout' ORDER BY name";

function* increase(tx: Writer): Work<void> {
  const row = yield* wait(
    tx.statement<[string], { number: number }>('SELECT number FROM notes WHERE text = ?').get('a'),
  );
  const change = tx.statement<[number, string]>('UPDATE notes SET number = ? WHERE text = ?');
  yield* wait(change.run((row?.number ?? 0) + 1, 'a'));
}

describe('a pooler that gives each transaction another connection, and keeps prepared statements', () => {
  test.each([
    [1, 'newest'],
    [2, 'newest'],
    [2, 'oldest'],
    [5, 'oldest'],
  ] as const)('is as good as none, with %i connections of which it lends the %s first', async (connections, lends) => {
    const notes = await notesDatabase();
    const url = await transactionPooler(notes.url, { connections, lends, keepsStatements: true });
    const nodes = await Promise.all([notes.open({ url }), notes.open({ url })]);
    await nodes[0]?.write((tx) => addNote(tx, 'a'));

    const writes = Array.from({ length: 40 }, async (_, n) => await nodes[n % 2]?.write(increase));
    const calls = Array.from({ length: 40 }, async (_, n) => {
      await nodes[n % 2]?.call({ needs: () => [], work: (tx) => addNote(tx, `call ${n}`) });
    });
    const reads = Array.from({ length: 40 }, async (_, n) => await nodes[n % 2]?.read(countNotes));
    await Promise.all([...writes, ...calls, ...reads, nodes[1]?.atOneMoment(countNotes)]);

    expect(await notes.administer("SELECT number FROM notes WHERE text = 'a'")).toEqual([{ number: '40' }]);
    expect(await nodes[0]?.read(countNotes)).toBe(41);
    await expect.poll(async () => await notes.administer(ADVISORY_LOCKS_HERE)).toEqual([]);
    expect(await nodes[0]?.reader.statement(SETTINGS).all()).toEqual([]);
  });

  test('takes nothing of work that fails from the work beside it', async () => {
    const notes = await notesDatabase();
    const url = await transactionPooler(notes.url, { lends: 'oldest', keepsStatements: true });
    const nodes = await Promise.all([notes.open({ url }), notes.open({ url })]);
    const texts = ['a', 'a', 'b', 'b', 'c', 'c'];

    const settled = await Promise.allSettled(
      texts.map(async (text, n) => await nodes[n % 2]?.write((tx) => addNote(tx, text))),
    );

    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(new Set(await notes.committed())).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('a pooler that gives each transaction another connection, and knows of no prepared statements', () => {
  const REFUSAL = {
    code: 'database.prepared_statements_lost',
    hint: expect.stringContaining('max_prepared_statements') as unknown,
  };

  test('is refused, with what to set, where two clients prepare the same on one connection', async () => {
    const notes = await notesDatabase();
    const url = await transactionPooler(notes.url, { connections: 1 });
    const nodes = await Promise.all([notes.open({ url }), notes.open({ url })]);
    await nodes[0]?.write((tx) => addNote(tx, 'a'));

    await expect(nodes[1]?.write((tx) => addNote(tx, 'b'))).rejects.toMatchObject(REFUSAL);
    expect(await notes.committed()).toEqual(['a']);
  });

  test('is refused, with what to set, where a client has prepared on another connection', async () => {
    const notes = await notesDatabase();
    const url = await transactionPooler(notes.url, { connections: 2, lends: 'oldest' });
    const node = await notes.open({ url, maxConnections: 1 });
    const read = async () => await node.reader.statement<[string]>('SELECT ? AS text').get('a');

    const answers = [await read(), await read().catch((error: unknown) => error)];

    expect(answers).toEqual([{ text: 'a' }, expect.objectContaining(REFUSAL)]);
  });
});
