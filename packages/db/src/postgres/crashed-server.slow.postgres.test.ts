import { startPostgres } from '@iron/test-postgres';
import { expect, test } from 'vitest';
import { wait } from '../work/work.ts';
import { addNote, ask, NOTES, openPostgres } from './notes.fixture.ts';

const NUMBER = 'SELECT pg_current_xact_id()::text AS id';

test('a commit that a crash took along is not taken for one because another transaction was given its number', async () => {
  await using server = await startPostgres({ settings: { wal_writer_delay: '10s' } });
  await ask(server.url, NOTES);
  await using database = await openPostgres(server.url, { giveUpAfterMs: 5_000 });
  await database.write((tx) => addNote(tx, 'before'));
  const crashed = Promise.withResolvers<number>();

  const writing = database.write(function* (tx) {
    yield* addNote(tx, 'lost');
    const number = Number((yield* wait(tx.statement<[], { id: string }>(NUMBER).get()))?.id);
    yield* wait(server.stop('immediate'));
    crashed.resolve(number);
  });
  const written = writing.then(
    () => 'written',
    (error: unknown) => error,
  );
  const lost = await crashed.promise;
  await server.start();
  const numbers: number[] = [];
  while ((numbers.at(-1) ?? 0) < lost) numbers.push(Number((await ask(server.url, NUMBER))[0]?.['id']));

  expect(numbers).toContain(lost); // what the test is about did happen
  expect(await written).toMatchObject({ code: 'database.commit_unknown' });
  expect(await ask(server.url, 'SELECT text FROM notes')).toEqual([{ text: 'before' }]);
});
