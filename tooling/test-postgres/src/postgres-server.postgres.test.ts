import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { nameOfThisProcess } from '@iron/test-clones';
import { expect, test } from 'vitest';
import { ask } from './ask.fixture.ts';
import { startPostgres } from './postgres-server.ts';

test('a server answers as soon as it is there, on loopback alone, and only with its password', async () => {
  await using server = await startPostgres();
  const stranger = new URL(server.url);
  stranger.password = 'guessed';

  expect(await ask(server.url, "SELECT current_setting('listen_addresses') AS listens")).toEqual([
    { listens: '127.0.0.1' },
  ]);
  await expect(ask(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(server.directory).mode & 0o077).toBe(0);
});

test('a server never runs as root, also when the tests do', async () => {
  await using server = await startPostgres();

  expect(statSync(server.directory).uid).not.toBe(0);
});

test.for(['fast', 'immediate'] as const)('what is committed survives a stop (%s), on the same port', async (mode) => {
  await using server = await startPostgres();
  await ask(server.url, 'CREATE TABLE kept (id bigint)');
  await ask(server.url, 'INSERT INTO kept VALUES (1)');

  await server.stop(mode);
  await expect(ask(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await server.start();

  expect(await ask(server.url, 'SELECT id FROM kept')).toEqual([{ id: '1' }]);
});

test('who is asking when a server restarts hears that it was ended', async () => {
  await using server = await startPostgres();
  const heard = ask(server.url, 'SELECT pg_sleep(600)').catch((error: unknown) => error);
  while ((await ask(server.url, "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length === 0);

  await server.restart();

  expect(await heard).toMatchObject({ code: '57P01' });
  expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a server ends with its block, stopped or not, and leaves nothing', async () => {
  let directories: string[];
  {
    await using running = await startPostgres();
    await using stopped = await startPostgres();
    await stopped.stop();
    directories = [running.directory, stopped.directory];
    expect(directories.map((directory) => existsSync(directory))).toEqual([true, true]);
  }
  expect(directories.map((directory) => existsSync(directory))).toEqual([false, false]);
});

test('a server that does not start says why, and leaves nothing', async () => {
  const before = await readdir(tmpdir());

  await expect(startPostgres({ settings: { no_such_setting: '1' }, folder: tmpdir() })).rejects.toThrow(
    'no_such_setting',
  );

  const started = (await readdir(tmpdir())).filter(
    (name) => !before.includes(name) && name.includes(nameOfThisProcess()),
  );
  expect(started).toEqual([]);
});
