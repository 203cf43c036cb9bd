import { describe, expect, test } from 'vitest';
import { wait } from '../work/work.ts';
import { addNote, notesDatabase } from './notes.fixture.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const BEYOND = 'The database holds 9007199254740993, which is beyond the integers that a number holds exactly.';

describe('integers of the database', () => {
  test.each(['bigint', 'numeric'])('of type %s are numbers as long as a number holds them exactly', async (type) => {
    const { reader } = await (await notesDatabase()).open();
    const read = (text: string) => reader.statement<[], { value: unknown }>(`SELECT ${text}::${type} AS value`).get();

    expect(await read(`${MOST}`)).toEqual({ value: MOST });
    expect(await read(`-${MOST}`)).toEqual({ value: -MOST });
    expect(await read('NULL')).toEqual({ value: null });
    await expect(read('9007199254740993')).rejects.toThrow(new RangeError(BEYOND));
    expect(await read('0')).toEqual({ value: 0 });
  });

  test('beyond that fail the work that reads them, and nothing of it is left', async () => {
    const notes = await notesDatabase();
    const database = await notes.open({ maxConnections: 1 });
    await notes.administer("INSERT INTO notes (text, number) VALUES ('huge', 9007199254740993)");

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      return yield* wait(tx.statement<[string]>('SELECT number FROM notes WHERE text = ?').get('huge'));
    });

    await expect(writing).rejects.toThrow(new RangeError(BEYOND));
    expect(await notes.committed()).toEqual(['huge']);
    await database.write((tx) => addNote(tx, 'b'));
    expect(await notes.committed()).toEqual(['huge', 'b']);
  });
});

test('what is changed is counted, and an answer of text may hold a question mark', async () => {
  const database = await (await notesDatabase()).open();
  const changed = await database.write(function* (tx) {
    for (const text of ['a', 'b', 'c?']) yield* addNote(tx, text);
    return yield* wait(
      tx.statement<[number, string]>("UPDATE notes SET number = ? WHERE text <> '?' AND text <> ?").run(7, 'a'),
    );
  });
  const rows = await database.reader
    .statement<[number], { text: string }>("SELECT text FROM notes WHERE number = ? AND text LIKE '%?'")
    .all(7);

  expect(changed).toBe(2);
  expect(rows).toEqual([{ text: 'c?' }]);
});

test('a statement is prepared once on each connection, and its text may be of any length', async () => {
  const database = await (await notesDatabase()).open({ maxConnections: 1 });
  const long = `SELECT ? || '${'x'.repeat(10_000)}' AS text`;
  for (const start of ['a', 'b']) {
    expect(await database.reader.statement<[string]>(long).get(start)).toEqual({ text: start + 'x'.repeat(10_000) });
  }
  const names = "SELECT count(*) AS count FROM pg_prepared_statements WHERE name LIKE 'iron_%'";
  expect(await database.reader.statement(names).get()).toEqual({ count: 1 });
});
