import { startTcpProxy, type TcpProxy } from '@iron/test-postgres';
import { startProgram } from '@iron/test-program';
import { expect, onTestFinished, test } from 'vitest';
import { addNote, type Notes, notesDatabase } from './notes.fixture.ts';

/** Longer than everything here is to take by far, and much shorter than what it would be waited for without a bound. */
const timeout = 30_000;
const giveUpAfterMs = 120_000;

async function proxyTo(notes: Notes): Promise<TcpProxy> {
  const proxy = await startTcpProxy(notes.url);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

test('a process that closes its database ends, though the network has taken the goodbye', { timeout }, async () => {
  const notes = await notesDatabase();
  const proxy = await proxyTo(notes);
  await using program = startProgram(new URL('./close-program.fixture.ts', import.meta.url), proxy.url);
  expect(await program.nextLine()).toBe('open');
  proxy.hang();

  program.say('close');

  expect(await program.nextLine()).toBe('closed');
  await program.ended;
});

test('what work threw is told, though the network has taken the answer to its rollback', { timeout }, async () => {
  const notes = await notesDatabase();
  const proxy = await proxyTo(notes);
  const database = await notes.open({ url: proxy.url, giveUpAfterMs });

  const writing = database.write(function* (tx) {
    yield* addNote(tx, 'a');
    proxy.hang();
    throw new RangeError('too much');
  });

  await expect(writing).rejects.toThrow(new RangeError('too much'));
  proxy.resume();
  await database.write((tx) => addNote(tx, 'b'));
  expect(await notes.committed()).toEqual(['b']);
});

test(
  'a transaction whose client is gone before its commit is ended, and keeps nobody waiting',
  { timeout },
  async () => {
    const notes = await notesDatabase();
    const proxy = await proxyTo(notes);
    const database = await notes.open({ url: proxy.url, giveUpAfterMs });

    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'a');
      proxy.hang();
      setTimeout(() => {
        proxy.desert();
        proxy.resume();
      }, 50);
    });

    await expect(writing).rejects.toMatchObject({ code: 'database.unreachable' });
    await database.write((tx) => addNote(tx, 'b'));
    expect(await notes.committed()).toEqual(['b']);
  },
);
