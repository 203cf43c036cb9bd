import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DatabaseBusyError } from '../commit/commit-errors.ts';
import type { Commit } from '../commit/commit-listeners.ts';
import type { Reader, Writer } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';
import { addNote, ask, countNotes, notesDatabase } from './notes.fixture.ts';

/** Takes the one note that there may be, if nobody has taken it yet. */
function* takeOnly(tx: Writer, name: string): Work<boolean> {
  if ((yield* countNotes(tx)) > 0) return false;
  yield* wait(tx.statement('SELECT pg_sleep(0.01)').get()); // time for others to look as well
  yield* addNote(tx, name);
  return true;
}

function* addThenFail(tx: Writer, text: string): Work<never> {
  yield* addNote(tx, text);
  throw new RangeError(`not ${text}`);
}

function* increase(tx: Writer): Work<void> {
  const row = yield* wait(tx.statement<[], { number: number }>('SELECT number FROM notes').get());
  yield* wait(tx.statement<[number]>('UPDATE notes SET number = ?').run((row?.number ?? 0) + 1));
}

function* overlook(tx: Writer): Work<string> {
  try {
    yield* addNote(tx, 'bad', -1);
  } catch {
    // as no work should
  }
  return 'written';
}

const change = (reader: Reader) => wait(reader.statement("INSERT INTO notes (text) VALUES ('a')").run());

const refusal = async (writing: Promise<unknown>) =>
  await writing.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('write', () => {
  test('gives what the work returns, when it is committed', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    expect(await database.write((tx) => addNote(tx, 'one'))).toBe(1);
    expect(await notes.committed()).toEqual(['one']);
  });

  test('lets one alone of many win what only one may have, in whichever process they are', async () => {
    const notes = await notesDatabase();
    const handles = await Promise.all([notes.open(), notes.open(), notes.open({ maxConnections: 1 })]);
    const names = Array.from({ length: 24 }, (_, number) => `taker ${number}`);

    const won = await Promise.all(
      names.map(async (name, number) => await handles[number % 3]?.write((tx) => takeOnly(tx, name))),
    );

    const winners = names.filter((_, number) => won[number]);
    expect(winners).toHaveLength(1);
    expect(await notes.committed()).toEqual(winners);
  });

  test('counts every one of many additions that read, add and write', async () => {
    const notes = await notesDatabase();
    const handles = await Promise.all([notes.open(), notes.open()]);
    await handles[0]?.write((tx) => addNote(tx, 'counter'));

    await Promise.all(Array.from({ length: 100 }, async (_, number) => await handles[number % 2]?.write(increase)));

    expect(await notes.administer('SELECT number FROM notes')).toEqual([{ number: '100' }]);
  });

  test('keeps nothing of work that fails, and all of what was submitted beside it', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    const written = await Promise.allSettled([
      database.write((tx) => addNote(tx, 'a')),
      database.write((tx) => addThenFail(tx, 'b')),
      database.write((tx) => addNote(tx, 'a')), // which there can be once only
      database.write((tx) => addNote(tx, 'c')),
      database.write((tx) => addNote(tx, 'd', -1)),
      database.write((tx) => addNote(tx, 'e')),
    ]);

    expect(written.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(written[1]).toMatchObject({ reason: new RangeError('not b') });
    expect(written[2]).toMatchObject({ reason: { code: '23505' } });
    expect(written[4]).toMatchObject({ reason: { code: '23514' } });
    expect(await notes.committed()).toEqual(['a', 'c', 'e']);
  });

  test('of work that fails alone keeps nothing either, and the next one is done on the same connection', async () => {
    const notes = await notesDatabase();
    const database = await notes.open({ maxConnections: 1 });
    const pid = () => database.reader.statement<[], { pid: number }>('SELECT pg_backend_pid()::bigint AS pid').get();
    const before = await pid();

    await expect(database.write((tx) => addThenFail(tx, 'a'))).rejects.toThrow('not a');
    await expect(database.write((tx) => addNote(tx, 'b', -1))).rejects.toMatchObject({ code: '23514' });
    await database.write((tx) => addNote(tx, 'c'));

    expect(await notes.committed()).toEqual(['c']);
    expect(await pid()).toEqual(before);
  });

  test('does not say that it wrote where the work overlooked that a statement had failed', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    await expect(database.write(overlook)).rejects.toThrow('A transaction that had failed was to be committed');
    const beside = await Promise.allSettled([
      database.write((tx) => addNote(tx, 'a')),
      database.write(overlook),
      database.write((tx) => addNote(tx, 'b')),
    ]);

    expect(beside.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await notes.committed()).toEqual(['a', 'b']);
  });

  test('does things in the order in which they were submitted, and each answer is for its own question', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    const names = Array.from({ length: 200 }, (_, number) => `note ${number}`);

    const ids = await Promise.all(names.map((name) => database.write((tx) => addNote(tx, name))));

    expect(ids).toEqual(names.map((_, number) => number + 1));
    expect(await notes.committed()).toEqual(names);
  });

  test('waits for others, and gives up after the time that was chosen, with nothing written', async () => {
    const notes = await notesDatabase();
    const database = await notes.open({ giveUpAfterMs: 200 });
    const other = await notes.open();
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = other.write(function* (tx) {
      yield* addNote(tx, 'other');
      held.resolve();
      yield* wait(release.promise);
    });
    await held.promise;

    const given = await refusal(database.write((tx) => addNote(tx, 'mine')));
    release.resolve();
    await holding;

    expect(given).toBeInstanceOf(DatabaseBusyError);
    expect(given).toMatchObject({ details: { waitedMs: 200 } });
    await database.write((tx) => addNote(tx, 'later'));
    expect(await notes.committed()).toEqual(['other', 'later']);
  });

  test('may not change the database behind a reader', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();

    await expect(database.atOneMoment(change)).rejects.toMatchObject({ code: 'database.read_only' });
    expect(await notes.committed()).toEqual([]);
  });
});

describe('onCommit', () => {
  test('tells of every commit how many writes are in it, until it is ended', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    const commits: Commit[] = [];
    const end = database.onCommit((commit) => commits.push(commit));

    await database.write((tx) => addNote(tx, 'a'));
    await Promise.all(['b', 'c'].map((text) => database.write((tx) => addNote(tx, text))));
    end();
    await database.write((tx) => addNote(tx, 'd'));

    expect(commits.map(({ writes }) => writes)).toEqual([1, 2]);
    expect(commits.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  });
});

describe('atOneMoment', () => {
  test('reads what there was when it began, whatever is committed meanwhile; read sees that', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    const counts = async (how: 'read' | 'atOneMoment') => {
      const before = Promise.withResolvers<void>();
      const after = Promise.withResolvers<void>();
      const reading = database[how](function* (reader) {
        const first = yield* countNotes(reader);
        before.resolve();
        yield* wait(after.promise);
        return [first, yield* countNotes(reader)];
      });
      await before.promise;
      await database.write((tx) => addNote(tx, how));
      after.resolve();
      return await reading;
    };

    expect(await counts('atOneMoment')).toEqual([0, 0]);
    expect(await counts('read')).toEqual([1, 2]);
  });

  test('needs no number of a transaction, of which a server has only so many', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    const number = 'SELECT pg_current_xact_id_if_assigned()::text AS number';

    const seen = await database.atOneMoment((reader) => wait(reader.statement(number).get()));

    expect(seen).toEqual({ number: null });
  });
});

describe('close', () => {
  test('brings what waits to its end, and may be said twice; what comes after that is refused', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    const writing = Promise.all(['a', 'b', 'c'].map((text) => database.write((tx) => addNote(tx, text))));

    await Promise.all([database.close(), database.close()]);

    expect(await writing).toEqual([1, 2, 3]);
    await database.close();
    await expect(database.write((tx) => addNote(tx, 'd'))).rejects.toThrow('The database connection is not open');
    await expect(database.read(countNotes)).rejects.toThrow('The database connection is not open');
    expect(await notes.committed()).toEqual(['a', 'b', 'c']);
  });

  test('leaves no connection to the server', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    await Promise.all(Array.from({ length: 5 }, () => database.read(countNotes)));
    const connections = async () => {
      const [row] = await ask(
        notes.url,
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'iron'`,
      );
      return row?.['count'];
    };
    expect(await connections()).toBe(5);

    await database.close();

    while ((await connections()) !== 0) await sleep(5);
  });
});
