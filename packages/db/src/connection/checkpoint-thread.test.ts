import { existsSync, mkdtempDisposableSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startCheckpointThread } from './checkpoint-thread.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

const MORE =
  'INSERT INTO notes SELECT hex(randomblob(100)) FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10))';

function newPath(): { path: string } & Disposable {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-checkpoints-'));
  return { path: join(folder.path, 'iron.db'), [Symbol.dispose]: () => folder.remove() };
}

test('a thread copies the log into the file while the database is open, and leaves no log behind when it is closed', async () => {
  using file = newPath();
  using database = await openSqliteDatabase(`sqlite://${file.path}?mode=rwc`);
  const { connection } = database;
  connection.exec('CREATE TABLE notes (text TEXT)');
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(file.path).size;

  const thread = startCheckpointThread(database);
  for (let commit = 0; commit < 50; commit += 1) connection.exec(MORE);
  await vi.waitFor(() => expect(statSync(file.path).size).toBeGreaterThan(before + 100_000), 10_000);
  await thread[Symbol.asyncDispose]();

  expect(connection.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(500);
  expect(connection.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000);
  database.close();
  expect(existsSync(`${file.path}-wal`)).toBe(false);
});

test('where the thread cannot work, commits copy the log themselves, as they do without one', async () => {
  using file = newPath();
  using database = await openSqliteDatabase(`sqlite://${file.path}?mode=rwc`);
  const thread = startCheckpointThread({ ...database, path: `${file.path}.elsewhere` });
  expect(database.connection.pragma('wal_autocheckpoint', { simple: true })).toBe(8_000);
  await vi.waitFor(
    () => expect(database.connection.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000),
    10_000,
  );
  await thread[Symbol.asyncDispose]();
});

test('a database in memory has no log, and needs no thread', async () => {
  using database = await openSqliteDatabase('sqlite::memory:');
  const thread = startCheckpointThread(database);
  await expect(thread[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
