import { setTimeout as sleep } from 'node:timers/promises';
import { startTcpProxy, type TcpProxy } from '@iron/test-postgres';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Reader, Writer } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';
import { addNote, countNotes, type Notes, notesDatabase } from './notes.fixture.ts';

/** What a server says whose transactions came in each other's way, as often as `times`. */
const FAIL = `
  CREATE SEQUENCE tries;
  CREATE FUNCTION fail(code text, times bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('tries') <= times THEN
      RAISE EXCEPTION 'in the way' USING ERRCODE = code;
    END IF;
  END $$`;

const RESTING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";

const rest = (reader: Reader) => wait(reader.statement('SELECT pg_sleep(60)').get());

function* addOrFail(tx: Writer, text: string, code: string, times: number): Work<number> {
  const id = yield* addNote(tx, text);
  yield* wait(tx.statement<[string, number]>('SELECT fail(?, ?)').get(code, times));
  return id;
}

async function failing(): Promise<Notes & { tries(): Promise<number> }> {
  const notes = await notesDatabase();
  await notes.administer(FAIL);
  return {
    ...notes,
    tries: async () => Number((await notes.administer('SELECT last_value FROM tries'))[0]?.['last_value']),
  };
}

async function proxyTo(notes: Notes): Promise<TcpProxy> {
  const proxy = await startTcpProxy(notes.url);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

describe('work that came in the way of others', () => {
  test.each(['40001', '40P01'])('is done again from its beginning after %s, and counts once', async (code) => {
    const notes = await failing();
    const database = await notes.open();

    await database.write((tx) => addOrFail(tx, 'a', code, 3));

    expect(await notes.committed()).toEqual(['a']);
    expect(await notes.tries()).toBe(4);
  });

  test('is done again with all that was submitted beside it, each once', async () => {
    const notes = await failing();
    const database = await notes.open();

    const written = await Promise.allSettled([
      database.write((tx) => addNote(tx, 'a')),
      database.write((tx) => addOrFail(tx, 'b', '40001', 2)),
      database.write((tx) => addNote(tx, 'a')),
      database.write((tx) => addNote(tx, 'c')),
    ]);

    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await notes.committed()).toEqual(['a', 'b', 'c']);
  });

  test('is done ten times at most, and then keeps nothing', async () => {
    const notes = await failing();
    const database = await notes.open();

    await expect(database.write((tx) => addOrFail(tx, 'a', '40001', 1_000))).rejects.toMatchObject({
      code: 'database.busy',
      message: expect.stringContaining(' was changed by others at the same moment, ') as unknown,
    });

    expect(await notes.tries()).toBe(10);
    expect(await notes.committed()).toEqual([]);
  });

  test('time and again does not take along what was submitted beside it', async () => {
    const notes = await failing();
    const database = await notes.open();

    const written = await Promise.allSettled([
      database.write((tx) => addNote(tx, 'a')),
      database.write((tx) => addOrFail(tx, 'b', '40001', 1_000)),
      database.write((tx) => addNote(tx, 'c')),
    ]);

    expect(written).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'database.busy' } },
      { status: 'fulfilled' },
    ]);
    expect(await notes.committed()).toEqual(['a', 'c']);
  });

  test('is done again where a program that is not ours has locked the same rows the other way round', async () => {
    const notes = await notesDatabase();
    const database = await notes.open();
    await Promise.all(['a', 'b'].map((text) => database.write((tx) => addNote(tx, text))));
    const other = new Client({ connectionString: notes.url });
    await other.connect();
    onTestFinished(() => other.end());
    // Whoever notices the deadlock first is the one that is refused; it is to be us.
    await other.query("BEGIN; SET LOCAL deadlock_timeout = '60s'; UPDATE notes SET number = 1 WHERE text = 'b'");
    let tries = 0;
    let others: Promise<unknown> = Promise.resolve();

    await database.write(function* (tx) {
      tries += 1;
      yield* wait(tx.statement('SET LOCAL deadlock_timeout = 10').run());
      yield* wait(tx.statement("UPDATE notes SET number = number + 10 WHERE text = 'a'").run());
      if (tries === 1) others = other.query("UPDATE notes SET number = number + 1 WHERE text = 'a'; COMMIT");
      yield* wait(tx.statement("UPDATE notes SET number = number + 10 WHERE text = 'b'").run());
    });
    await others;

    expect(tries).toBe(2);
    expect(await notes.administer('SELECT text, number FROM notes ORDER BY text')).toEqual([
      { text: 'a', number: '11' },
      { text: 'b', number: '11' },
    ]);
  });

  test('is done again where the table was changed since its statements were prepared', async () => {
    const notes = await notesDatabase();
    const database = await notes.open({ maxConnections: 1 });
    const read = 'SELECT * FROM notes WHERE number >= ?';
    function* readAndAdd(tx: Writer, text: string): Work<unknown> {
      const rows = yield* wait(tx.statement<[number]>(read).all(0));
      yield* addNote(tx, text);
      return rows;
    }
    await database.write((tx) => readAndAdd(tx, 'a'));
    expect(await database.reader.statement<[number]>(read).all(0)).toHaveLength(1);
    await notes.administer("ALTER TABLE notes ADD COLUMN colour text DEFAULT 'red'");

    const rows = await database.write((tx) => readAndAdd(tx, 'b'));

    expect(rows).toEqual([{ id: 1, text: 'a', number: 0, colour: 'red' }]);
    expect(await notes.committed()).toEqual(['a', 'b']);
  });
});

describe('a commit whose answer is lost', () => {
  test('is one if the server has carried it out, and is not carried out again', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url });
    let runs = 0;

    const writing = database.write(function* (tx) {
      runs += 1;
      const id = yield* addNote(tx, 'a');
      proxy.hang('answers');
      return id;
    });
    await notes.until(1);
    proxy.cut();
    proxy.resume();

    expect(await writing).toBe(1);
    expect(runs).toBe(1);
    expect(await notes.committed()).toEqual(['a']);
    await database.write((tx) => addNote(tx, 'b'));
    expect(await notes.committed()).toEqual(['a', 'b']);
  });

  test('is none if the server never heard of it, and says so', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url });

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.hang();
      setTimeout(() => {
        proxy.cut();
        proxy.resume();
      }, 50);
    });

    await expect(writing).rejects.toMatchObject({ code: 'database.unreachable' });
    expect(await notes.committed()).toEqual([]);
    await database.write((tx) => addNote(tx, 'b'));
    expect(await notes.committed()).toEqual(['b']);
  });

  test('is decided where the network hangs and comes back: nothing of it happens later', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url, giveUpAfterMs: 500 });
    // It takes new connections, while the old one hangs for ever.
    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.hang();
      setTimeout(() => proxy.resume(), 1_700); // 500 ms, and a second of silence
    });

    const written = await writing.then(
      () => true,
      () => false,
    );

    expect(await notes.committed()).toEqual(written ? ['a'] : []);
    await database.write((tx) => addNote(tx, 'b'));
    expect(await notes.committed()).toEqual(written ? ['a', 'b'] : ['b']);
  });

  test('is not known where the server does not come back either', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url, giveUpAfterMs: 300 });

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.hang('answers');
    });
    const settled = Promise.allSettled([writing]);
    await notes.until(1);
    await proxy.refuse();
    proxy.cut();
    expect(await settled).toMatchObject([{ reason: { code: 'database.commit_unknown' } }]);

    proxy.resume();
    await proxy.accept();
    expect(await database.read(countNotes)).toBe(1);
  });

  test('of a transaction that only reads does not matter', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url, giveUpAfterMs: 300 });

    const reading = database.atOneMoment(function* (reader) {
      const count = yield* countNotes(reader);
      setImmediate(() => proxy.cut());
      proxy.hang();
      return count;
    });

    expect(await reading).toBe(0);
  });
});

describe('a connection that breaks in the middle of work', () => {
  test('has the work fail with what broke, keeps nothing, and the next one is made by itself', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url });

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.cut();
      yield* addNote(tx, 'b');
    });

    await expect(writing).rejects.toMatchObject({ code: 'database.unreachable' });
    expect(await database.write((tx) => addNote(tx, 'c'))).toBeGreaterThan(0);
    expect(await notes.committed()).toEqual(['c']);
  });

  test('does not hide what the work itself threw', async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url });

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.cut();
      throw new RangeError('too much');
    });

    await expect(writing).rejects.toThrow(new RangeError('too much'));
    expect(await notes.committed()).toEqual([]);
  });

  test.each([1, 5])('leaves none of %i connections taken', async (maxConnections) => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url, maxConnections });
    for (let time = 1; time <= 3; time += 1) {
      const moments = Array.from({ length: maxConnections }, () => database.atOneMoment(rest));
      const settled = Promise.allSettled(moments);
      while ((await notes.administer(RESTING)).length < maxConnections) await sleep(5);
      proxy.cut();
      expect(new Set((await settled).map(({ status }) => status))).toEqual(new Set(['rejected']));
    }
    expect(await database.atOneMoment(countNotes)).toBe(0);
  });
});
