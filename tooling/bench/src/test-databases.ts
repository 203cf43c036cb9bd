import { copyFileSync, mkdirSync, mkdtempDisposableSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyAllMigrations, openSqliteDatabase } from '@iron/db';
import { createTestDb } from '@iron/testkit';
import Database from 'better-sqlite3';
import { settleDisk, sprinter, takeTurns } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import type { Scale } from './scale.ts';

/** A test database against what nobody can do without. Everybody reads once, closes, and removes what he made. */
export async function measureTestDatabases(scale: Scale['testDatabases']): Promise<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  const original = join(folder.path, 'original.db');
  await writeMigrated(original);
  const image = readFileSync(original);

  const testDb = sprinter('createTestDb()', () => makeTestDb(false));
  const bareFile = sprinter('copy, open', () => copyAndOpen(original, join(folder.path, 'copy.db')));
  const testDbInMemory = sprinter('createTestDb({ memory: true })', () => makeTestDb(true));
  const bareImage = sprinter('open an image', () => readAndClose(new Database(image)));
  const migrated = sprinter('migrate from nothing', () => migrate(join(folder.path, 'migrated')));
  const cloned = [testDb, bareFile, testDbInMemory, bareImage];

  for (let round = 0; round <= scale.rounds; round += 1) {
    await takeTurns(cloned, scale.turns);
    await takeTurns([migrated], scale.migrations);
    settleDisk();
  }
  const all = [...cloned, migrated];
  for (const { rounds } of all) rounds.shift(); // the warm-up

  return {
    title: `A migrated database for one test (${image.length} bytes), and its removal; ${scale.rounds} rounds`,
    durations: all.map((each) => spreadOf(each)),
    ratios: [
      ratioOf(migrated, testDb, { atLeast: 10 }),
      ratioOf(testDb, bareFile, { atMost: 2 }),
      ratioOf(testDbInMemory, bareImage, null),
    ],
    memory: [],
    notes: [
      'copy, open: copyFileSync, new Database, one query, close, unlink; the file is in rollback mode, which is quicker to open than WAL.',
      'migrate from nothing: openSqliteDatabase and applyAllMigrations on a new file, in a process that has done so before.',
    ],
  };
}

/** A migrated file in the mode that is quickest to open. */
async function writeMigrated(path: string): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  await applyAllMigrations(database);
  database.connection.pragma('journal_mode = DELETE');
}

async function makeTestDb(memory: boolean): Promise<void> {
  await using t = await createTestDb({ memory });
  readFrom(t.db.connection);
}

function copyAndOpen(original: string, copy: string): void {
  copyFileSync(original, copy);
  readAndClose(new Database(copy));
  rmSync(copy);
}

async function migrate(folder: string): Promise<void> {
  mkdirSync(folder);
  const database = await openSqliteDatabase({ kind: 'file', path: join(folder, 'test.db'), mode: 'rwc' });
  await applyAllMigrations(database);
  readAndClose(database.connection);
  rmSync(folder, { recursive: true });
}

function readAndClose(connection: Database.Database): void {
  readFrom(connection);
  connection.close();
}

function readFrom(connection: Database.Database): void {
  connection.prepare('SELECT count(*) FROM users').get();
}
