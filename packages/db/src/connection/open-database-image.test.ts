import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { CorruptDatabaseError, NotIronError, NotSqliteError } from './connection-errors.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';
import { openDatabaseImage } from './open-database-image.ts';

/** The bytes of a migrated database file, which is in WAL mode as every live one is. */
async function migratedImage(): Promise<Buffer> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-image-'));
  const path = join(folder.path, 'tokens.db');
  const database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  await applyAllMigrations(database);
  database.close();
  return readFileSync(path);
}

const ADD_AGENT = "INSERT INTO agents (name, created_at) VALUES ('gateway', 1700000000000)";

describe('openDatabaseImage', () => {
  test('opens a copy in memory, with references enforced', async () => {
    using database = openDatabaseImage(await migratedImage());

    expect(database.path).toBe(':memory:');
    expect(database.connection.memory).toBe(true);
    expect(database.connection.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(await applyAllMigrations(database)).toEqual({ applied: [], backup: null });
  });

  test('gives every copy rows of its own, and leaves the bytes as they are', async () => {
    const image = await migratedImage();
    const before = Buffer.from(image);
    using one = openDatabaseImage(image);
    using other = openDatabaseImage(image);

    one.connection.exec(ADD_AGENT);

    expect(one.connection.prepare('SELECT name FROM agents').pluck().all()).toEqual(['gateway']);
    expect(other.connection.prepare('SELECT name FROM agents').pluck().all()).toEqual([]);
    expect(image.equals(before)).toBe(true);
  });

  test('takes what another copy serialises, rows included', async () => {
    using one = openDatabaseImage(await migratedImage());
    one.connection.exec(ADD_AGENT);

    using other = openDatabaseImage(one.connection.serialize());

    expect(other.connection.prepare('SELECT name FROM agents').pluck().all()).toEqual(['gateway']);
  });

  test('refuses bytes that are no database, cut short, or of another program', async () => {
    const image = await migratedImage();
    const foreign = new Database(':memory:').exec('CREATE TABLE notes (text TEXT)').serialize();

    expect(() => openDatabaseImage(Buffer.alloc(8192, 'x'))).toThrow(NotSqliteError);
    expect(() => openDatabaseImage(image.subarray(0, 4096))).toThrow(CorruptDatabaseError);
    expect(() => openDatabaseImage(foreign)).toThrow(NotIronError);
  });
});
