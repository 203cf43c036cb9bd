import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { CommitQueue, type CommitQueueOptions } from './commit-queue.ts';

/** A file with notes that are unique, the queue of one connection to it, and another connection. */
export interface Notes {
  readonly queue: CommitQueue;
  readonly connection: Database.Database;
  readonly other: Database.Database;
  readonly path: string;
  /** Work that adds a note, and gives its number. */
  readonly add: (text: string) => () => number;
  /** What the other connection sees. */
  readonly committed: () => string[];
}

export function notes(options?: CommitQueueOptions): Notes {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-commit-'));
  const path = join(folder.path, 'notes.db');
  const connection = new Database(path);
  connection.pragma('journal_mode = WAL');
  connection.exec('CREATE TABLE notes (text TEXT NOT NULL UNIQUE)');
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const other = new Database(path, { timeout: 0 });
  onTestFinished(() => {
    for (const each of [connection, other]) each.close();
    folder.remove();
  });
  const insert = connection.prepare<[string]>('INSERT INTO notes VALUES (?)');
  const add = (text: string) => () => Number(insert.run(text).lastInsertRowid);
  const read = other.prepare<[], string>('SELECT text FROM notes ORDER BY rowid').pluck();
  const queue = new CommitQueue(connection, path, options);
  return { queue, connection, other, path, add, committed: () => read.all() };
}
