import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { DatabaseBusyError } from './commit-errors.ts';
import { notes } from './notes.fixture.ts';
import { DiskFullError } from '../connection/connection-errors.ts';
import { agents } from '../schema/index.ts';
import { migratedMemory } from '../seed/migrated-memory.fixture.ts';
import { first } from '../work/queries.ts';
import { wait } from '../work/work.ts';

/** How many pages were written since the log was begun: one for each commit of a few notes. */
function pagesWritten(connection: Database.Database): unknown {
  return connection.prepare<[], { log: number }>('PRAGMA wal_checkpoint(PASSIVE)').get()?.log;
}

function statuses(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.map(({ status }) => status);
}

describe('writes of one turn', () => {
  test('share one commit, which nobody sees before it is whole', async () => {
    const { queue, connection, add, committed } = notes();
    const writes = ['one', 'two', 'three'].map((text) => queue.write(add(text)));
    expect(committed()).toEqual([]);
    await Promise.all(writes);
    expect(committed()).toEqual(['one', 'two', 'three']);
    expect(pagesWritten(connection)).toBe(2); // the table and its index
  });

  test('of different turns are commits of their own', async () => {
    const { queue, connection, add } = notes();
    for (const text of ['one', 'two', 'three']) await queue.write(add(text));
    expect(pagesWritten(connection)).toBe(6);
  });

  test('give each its own result, in their order', async () => {
    const { queue, add } = notes();
    const ended: number[] = [];
    const texts = ['one', 'two', 'three', 'four'];
    const results = await Promise.all(
      texts.map(async (text) => {
        const id = await queue.write(add(text));
        ended.push(id);
        return id;
      }),
    );
    expect(results).toEqual([1, 2, 3, 4]);
    expect(ended).toEqual([1, 2, 3, 4]);
  });

  test('see what those before them did', async () => {
    const { queue, connection, add } = notes();
    const count = () => connection.prepare<[], number>('SELECT count(*) FROM notes').pluck().get();
    const [, before, , after] = await Promise.all(
      [add('one'), count, add('two'), count].map((work) => queue.write(work)),
    );
    expect([before, after]).toEqual([1, 2]);
  });

  test('are committed in parts if they are very many, and the event loop has its turn between', async () => {
    const { queue, add, committed } = notes();
    const seen: number[] = [];
    const watch = async () => {
      while ((seen.at(-1) ?? 0) < 1_200) {
        await nextTurn();
        if (committed().length !== seen.at(-1)) seen.push(committed().length);
      }
    };
    const writes = Array.from({ length: 1_200 }, (_, number) => queue.write(add(`note ${number}`)));
    await Promise.all([...writes, watch()]);
    expect(seen.filter((count) => count > 0)).toEqual([512, 1_024, 1_200]);
  });

  test('that are submitted while others are committed come next', async () => {
    const { queue, add, committed } = notes();
    const inner: Promise<number>[] = [];
    await queue.write(() => {
      inner.push(queue.write(add('second')));
      return add('first')();
    });
    await Promise.all(inner);
    expect(committed()).toEqual(['first', 'second']);
  });
});

describe('a write that fails', () => {
  test('leaves nothing of itself and harms no neighbour', async () => {
    const { queue, add, committed } = notes();
    const failure = new Error('changed my mind');
    const changeMind = () => {
      add('half')();
      throw failure;
    };

    const results = await Promise.allSettled([add('one'), changeMind, add('two')].map((work) => queue.write(work)));

    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: failure });
    expect(committed()).toEqual(['one', 'two']);
  });

  test('because of a constraint harms no neighbour', async () => {
    const { queue, add, committed } = notes();
    const results = await Promise.allSettled([add('one'), add('one'), add('two')].map((work) => queue.write(work)));
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_UNIQUE' } });
    expect(committed()).toEqual(['one', 'two']);
  });

  test('has its neighbours done again as if for the first time', async () => {
    const { queue, connection, add, committed } = notes();
    const count = connection.prepare<[], number>('SELECT count(*) FROM notes').pluck();
    const seen: unknown[] = [];
    const addAndCount = (text: string) => () => {
      add(text)();
      seen.push(count.get());
      return seen.length;
    };
    const works = [addAndCount('one'), add('one'), addAndCount('two')];
    const results = await Promise.allSettled(works.map((work) => queue.write(work)));
    expect(seen).toEqual([1, 1, 2]);
    expect(results).toMatchObject([{ value: 2 }, { status: 'rejected' }, { value: 3 }]);
    expect(committed()).toEqual(['one', 'two']);
  });

  test('because it is asynchronous, and would go on outside the transaction, leaves nothing of itself', async () => {
    const { queue, add, committed } = notes();
    const later = async () => {
      add('now')();
      await nextTurn();
      add('later')();
    };
    const results = await Promise.allSettled([queue.write(later), queue.write(add('one'))]);
    expect(statuses(results)).toEqual(['rejected', 'fulfilled']);
    expect(results[0]).toMatchObject({ reason: new TypeError('What is written together has to be synchronous.') });
    expect(committed()).toEqual(['one']);
  });
});

describe('a transaction that ends early', () => {
  test('because the disk is full fails all of its writes, and leaves nothing of them (litellm#33872)', async () => {
    const { queue, connection, add, committed, path } = notes();
    const pages = Number(connection.pragma('page_count', { simple: true }));
    connection.pragma(`max_page_count = ${pages}`);

    const works = [add('one'), add('x'.repeat(100_000)), add('two')];
    const results = await Promise.allSettled(works.map((work) => queue.write(work)));

    expect(statuses(results)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const result of results) expect(result).toMatchObject({ reason: expect.any(DiskFullError) as unknown });
    expect(results[0]).toMatchObject({ reason: { details: { path } } });
    expect(committed()).toEqual([]);
    await queue.write(add('short'));
    expect(committed()).toEqual(['short']);
  });

  test('is not needed for a full disk to be called one: SQLite may undo a statement alone', async () => {
    const { queue, connection, add, committed } = notes();
    await queue.write(add('one'));
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count', { simple: true }))}`);
    const makeTable = () => void connection.prepare('CREATE TABLE more (text TEXT)').run();
    const results = await Promise.allSettled([makeTable, add('two')].map((work) => queue.write<unknown>(work)));
    expect(statuses(results)).toEqual(['rejected', 'fulfilled']);
    expect(results[0]).toMatchObject({ reason: expect.any(DiskFullError) as unknown });
    expect(committed()).toEqual(['one', 'two']);
  });

  test('because a write ended it fails all of its writes, and the next ones are well', async () => {
    const { queue, connection, add, committed } = notes();
    const end = () => void connection.exec('ROLLBACK');
    const results = await Promise.allSettled([add('one'), end, add('two')].map((work) => queue.write<unknown>(work)));
    expect(statuses(results)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(committed()).toEqual([]);
    await queue.write(add('three'));
    expect(committed()).toEqual(['three']);
  });
});

describe('while another connection holds the lock', () => {
  test('writes wait, and the event loop goes on', async () => {
    const { queue, other, add, committed } = notes();
    other.exec("BEGIN IMMEDIATE; INSERT INTO notes VALUES ('other')");
    let turns = 0;
    const write = queue.write(add('one'));
    const isWritten = write.then(() => true);
    for (let turn = 0; turn < 50; turn += 1) {
      await sleep(1);
      turns += 1;
    }
    expect(await Promise.race([isWritten, nextTurn(false)])).toBe(false);
    expect(turns).toBe(50);

    other.exec('COMMIT');
    await write;

    expect(committed()).toEqual(['other', 'one']);
  });

  test('writes give up in the end, say how long they waited, and are kept in memory no longer (litellm#38193)', async () => {
    const { queue, other, add, committed, path } = notes({ giveUpAfterMs: 30 });
    other.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled([queue.write(add('one')), queue.write(add('two'))]);
    expect(statuses(results)).toEqual(['rejected', 'rejected']);
    expect(results[0]).toMatchObject({ reason: expect.any(DatabaseBusyError) as unknown });
    const message = `${path} was locked by another process for 0.03 seconds; nothing was written.`;
    expect(results[1]).toMatchObject({ reason: { code: 'database.busy', message, details: { path, waitedMs: 30 } } });

    other.exec('ROLLBACK');
    await queue.write(add('three'));
    expect(committed()).toEqual(['three']);
  });

  test('what else uses the connection still waits as SQLite does', async () => {
    const { queue, connection, other, add } = notes();
    connection.pragma('busy_timeout = 5000');
    other.exec('BEGIN IMMEDIATE');
    const write = queue.write(add('one'));
    await sleep(10);
    expect(connection.pragma('busy_timeout', { simple: true })).toBe(5_000);
    other.exec('ROLLBACK');
    await write;
    expect(connection.pragma('busy_timeout', { simple: true })).toBe(5_000);
  });
});

describe('at the end', () => {
  test('what waits is committed by a flush, at once', async () => {
    const { queue, add, committed } = notes();
    const writes = [queue.write(add('one')), queue.write(add('two'))];
    queue.flush();
    expect(committed()).toEqual(['one', 'two']);
    expect(await Promise.all(writes)).toEqual([1, 2]);
  });

  test('closing the database commits what waits; what comes after that is refused', async () => {
    const database = await migratedMemory();
    const add = 'INSERT INTO agents (name, created_at) VALUES (?, 1700000000000)';
    const write = database.write((tx) => wait(tx.statement<[string]>(add).run('in time')));
    database.close();
    expect(await write).toBe(1);
    await expect(database.write((tx) => first(tx.select().from(agents)))).rejects.toThrow(
      'The database connection is not open',
    );
  });
});

describe('a connection that is used for something else', () => {
  test('with rows still being read refuses writes, takes the next ones, and never ends the process', async () => {
    const { queue, connection, add, committed } = notes();
    await queue.write(add('one'));
    const rows = connection.prepare('SELECT text FROM notes').iterate();
    rows.next();
    await expect(queue.write(add('two'))).rejects.toThrow('busy executing a query');
    rows.return?.();
    await queue.write(add('three'));
    expect(committed()).toEqual(['one', 'three']);
  });

  test('in a transaction of its own refuses writes: it could undo what was said to be committed', async () => {
    const { queue, connection, add, committed } = notes();
    connection.exec('BEGIN');
    await expect(queue.write(add('one'))).rejects.toThrow('left open');
    connection.exec('ROLLBACK');
    await queue.write(add('two'));
    expect(committed()).toEqual(['two']);
  });
});
