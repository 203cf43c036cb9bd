import { join } from 'node:path';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { OtherWriters } from './other-writers.ts';

function twoConnections() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-commit-'));
  const path = join(folder.path, 'notes.db');
  const connections = [new Database(path), new Database(path)] as const;
  onTestFinished(() => {
    for (const connection of connections) connection.close();
    folder.remove();
  });
  connections[0].exec('CREATE TABLE notes (text TEXT)');
  return connections;
}

function lookInside(connection: Database.Database, others: OtherWriters): void {
  connection.exec('BEGIN IMMEDIATE');
  others.look();
  connection.exec('COMMIT');
}

test("one's own commits are nobody else's", () => {
  const [own] = twoConnections();
  const others = new OtherWriters(own);
  own.exec("INSERT INTO notes VALUES ('own')");
  others.look();
  expect(others.areAbout()).toBe(false);
});

test('a commit of another connection is noticed when one looks', () => {
  const [own, other] = twoConnections();
  const others = new OtherWriters(own);
  other.exec("INSERT INTO notes VALUES ('other')");
  expect(others.areAbout()).toBe(false);
  others.look();
  expect(others.areAbout()).toBe(true);
});

test.each(['COMMIT', 'ROLLBACK'])("one's own %s is nobody else's, where one looks inside of transactions", (end) => {
  const [own] = twoConnections();
  own.pragma('journal_mode = WAL');
  const others = new OtherWriters(own);
  own.exec(`BEGIN IMMEDIATE; INSERT INTO notes VALUES ('own'); ${end}`);
  lookInside(own, others);
  expect(others.areAbout()).toBe(false);
});

test('a commit of another connection is noticed in the next transaction of its own', () => {
  const [own, other] = twoConnections();
  own.pragma('journal_mode = WAL');
  const others = new OtherWriters(own);
  lookInside(own, others);
  other.exec("INSERT INTO notes VALUES ('other')");
  lookInside(own, others);
  expect(others.areAbout()).toBe(true);
});

test('whoever holds the lock is about, too', () => {
  const [own] = twoConnections();
  const others = new OtherWriters(own);
  others.noticed();
  expect(others.areAbout()).toBe(true);
});
