import { describe, expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { accompany } from './accompany.ts';
import type { Writer } from './queries.ts';
import { wait, type Work } from './work.ts';

function* add(tx: Writer, text: string): Work<string> {
  yield* wait(tx.statement<[string]>('INSERT INTO words VALUES (?)').run(text));
  return text;
}

function* echo(tx: Writer, written: unknown): Work<void> {
  yield* add(tx, `after ${String(written)}`);
}

function* refuse(tx: Writer): Work<void> {
  yield* add(tx, 'refused');
  throw new RangeError('too much');
}

async function words(): Promise<SqliteDatabase & { words(): unknown[] }> {
  const database = await openSqliteDatabase('sqlite::memory:');
  database.connection.exec('CREATE TABLE words (text TEXT)');
  return { ...database, words: () => database.connection.prepare('SELECT text FROM words').pluck().all() };
}

describe('what is accompanied', () => {
  test('is written together with its companion, which is told what it gave; what is beside it is not', async () => {
    using database = await words();
    const write = async (text: string) => await database.write((tx) => add(tx, text));

    await Promise.all([accompany(echo, async () => await write('a')), write('b')]);
    await database.call({ needs: () => [], work: (tx) => add(tx, 'c') });
    await accompany(echo, async () => await database.call({ needs: () => [], work: (tx) => add(tx, 'd') }));

    expect(database.words()).toEqual(['a', 'after a', 'b', 'c', 'd', 'after d']);
  });

  test('is not written where its companion fails, and its neighbours are', async () => {
    using database = await words();
    const write = async (text: string) => await database.write((tx) => add(tx, text));

    const written = await Promise.allSettled([accompany(refuse, async () => await write('a')), write('b')]);

    expect(written).toMatchObject([{ reason: new RangeError('too much') }, { status: 'fulfilled' }]);
    expect(database.words()).toEqual(['b']);
  });

  test('has no companion any more when it is over, in what it has left to be done later', async () => {
    using database = await words();
    const over = Promise.withResolvers<void>();
    let later = Promise.resolve('');
    await accompany(echo, async () => {
      later = over.promise.then(async () => await database.write((tx) => add(tx, 'later')));
    });
    over.resolve();
    await later;

    expect(database.words()).toEqual(['later']);
  });
});
