import { describe, expect, test } from 'vitest';
import { readIdentity } from '../connection/identity.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { databaseFolder, listing } from '../lifecycle/database-folder.fixture.ts';
import { readStructure } from '../structure/read-structure.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { guardTableName, readGuards } from './guard-table.ts';
import { FIRST_LINE, following, ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';
import { structureAfter } from './replay-migrations.ts';

const NOW = 1_750_000_000_000;

/** Every statement of the schema, and all rows of the guards and of `_iron`. */
function everything({ connection }: SqliteDatabase): unknown[] {
  const tables = ['sqlite_schema', '_iron', ...readGuards(connection).map(({ number }) => guardTableName(number))];
  return tables.map((table) => connection.prepare(`SELECT * FROM ${table}`).all());
}

function foreignKeys({ connection }: SqliteDatabase): unknown {
  return connection.pragma('foreign_keys', { simple: true });
}

describe('applyAllMigrations', () => {
  test('applies every file in order, and tells which', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    const { applied, backup } = await applyAllMigrations(database);
    expect(applied).toEqual(ironMigrations().map(({ file }) => file));
    expect(backup).toBeNull();
  });

  test('changes nothing when it runs again, and again', async () => {
    using folder = databaseFolder();
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    await applyAllMigrations(database, { now: () => NOW });
    const before = everything(database);

    for (let run = 2; run <= 4; run += 1) {
      expect(await applyAllMigrations(database, { now: () => NOW + run })).toEqual({ applied: [], backup: null });
      expect(everything(database)).toEqual(before);
    }
  });

  test('leaves a guard for each file, with its time and the checksum of its text', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    let now = NOW;
    await applyAllMigrations(database, { now: () => (now += 1) });
    expect(readGuards(database.connection)).toEqual(
      ironMigrations().map(({ number, checksum }, index) => ({ number, checksum, appliedAt: NOW + index + 1 })),
    );
  });

  test('goes on where an earlier run ended', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, { migrations: ironMigrations(4), now: () => NOW });
    const { applied } = await applyAllMigrations(database, { now: () => NOW + 1 });
    expect(applied).toEqual(
      ironMigrations()
        .slice(4)
        .map(({ file }) => file),
    );
    const times = readGuards(database.connection).map(({ appliedAt }) => appliedAt);
    expect(times.map((time = 0) => time - NOW)).toEqual([0, 0, 0, 0, ...applied.map(() => 1)]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('builds the same in %i runs as in one', async (runs) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    for (let count = 8 - runs; count <= 7; count += 1) {
      await applyAllMigrations(database, { migrations: ironMigrations(count) });
    }
    expect(readStructure(database.connection)).toEqual(structureAfter(ironMigrations(), 7));
  });

  test('records the environment, development unless another is named', async () => {
    using one = await openSqliteDatabase('sqlite::memory:');
    using other = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(one);
    await applyAllMigrations(other, { environment: 'production' });
    expect(readIdentity(one.connection)?.environment).toBe('development');
    expect(readIdentity(other.connection)?.environment).toBe('production');
  });

  test('migrates a database in memory, and no other', async () => {
    using folder = databaseFolder();
    using one = await openSqliteDatabase('sqlite::memory:');
    using other = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(one);
    expect(readGuards(one.connection)).toHaveLength(ironMigrations().length);
    expect(readGuards(other.connection)).toEqual([]);
    expect(listing(folder.path)).toEqual([]);
  });

  test('tells how far it is, out of how many', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    const steps: string[] = [];
    await applyAllMigrations(database, {
      migrations: ironMigrations(3),
      onProgress: ({ step, done, total }) => void steps.push(`${step} ${done}/${total}`),
    });
    expect(steps).toEqual(['migrate 1/3', 'migrate 2/3', 'migrate 3/3']);
  });

  test('called many times at once in one process, applies once', async () => {
    using folder = databaseFolder();
    const opening = Array.from({ length: 4 }, () =>
      openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' }),
    );
    const databases = await Promise.all(opening);

    const reports = await Promise.all(databases.map((database) => applyAllMigrations(database)));
    for (const database of databases) database.close();

    expect(reports.flatMap(({ applied }) => applied)).toEqual(ironMigrations().map(({ file }) => file));
  });
});

describe('a database opened with mode=ro', () => {
  test('is not written to: what is pending is refused by name', async () => {
    using folder = databaseFolder();
    const location = { kind: 'file', path: folder.database } as const;
    using writable = await openSqliteDatabase({ ...location, mode: 'rwc' });
    await applyAllMigrations(writable, { migrations: ironMigrations(6) });
    using database = await openSqliteDatabase({ ...location, mode: 'ro' });

    await expect(applyAllMigrations(database, { migrations: ironMigrations(7) })).rejects.toMatchObject({
      code: 'migration.pending',
      message: `${folder.database} lacks migration 008_agents.sql.`,
    });

    expect(readGuards(writable.connection)).toHaveLength(6);
  });

  test('is taken as it is when nothing is pending', async () => {
    using folder = databaseFolder();
    const location = { kind: 'file', path: folder.database } as const;
    using writable = await openSqliteDatabase({ ...location, mode: 'rwc' });
    await applyAllMigrations(writable);
    using database = await openSqliteDatabase({ ...location, mode: 'ro' });
    expect(await applyAllMigrations(database)).toEqual({ applied: [], backup: null });
  });
});

/** A migration that does much and then fails on its last line, when it is run on a database with rows. */
const FAILS = ironMigrationsAnd({
  [following('fails')]: [
    'CREATE TABLE early (x INTEGER) STRICT;',
    "UPDATE agents SET name = 'changed';",
    'ALTER TABLE agents ADD COLUMN extra TEXT;',
    "INSERT INTO agents (name, created_at) VALUES ('second', 1750000000000);",
    'ALTER TABLE agents ADD CONSTRAINT only_one CHECK (id = 1);',
  ].join('\n'),
});

describe.each(['memory', 'file'] as const)('a migration that fails in a database in a %s', (place) => {
  async function openWithAgent(path: string, foreign = true): Promise<SqliteDatabase> {
    const location = place === 'file' ? ({ kind: 'file', path, mode: 'rwc' } as const) : 'sqlite::memory:';
    const database = await openSqliteDatabase(location, { foreignKeys: foreign });
    await applyAllMigrations(database);
    database.connection.exec("INSERT INTO agents (name, created_at) VALUES ('first', 1750000000000)");
    return database;
  }

  test('is told by its file and the line of the statement', async () => {
    using folder = databaseFolder();
    using database = await openWithAgent(folder.database);
    await expect(applyAllMigrations(database, { migrations: FAILS })).rejects.toMatchObject({
      code: 'migration.failed',
      message: `Migration ${following('fails')}, line ${FIRST_LINE + 4}: constraint failed.`,
      hint: 'The migration was rolled back; the database is as it was before it.',
      details: { file: following('fails'), line: FIRST_LINE + 4 },
    });
  });

  test('leaves nothing behind: no table, no row, no guard', async () => {
    using folder = databaseFolder();
    using database = await openWithAgent(folder.database);
    const agents = () => database.connection.prepare('SELECT * FROM agents').all();
    const before = [everything(database), agents()];

    for (let run = 1; run <= 2; run += 1) {
      await expect(applyAllMigrations(database, { migrations: FAILS })).rejects.toThrow('constraint failed');
      expect([everything(database), agents()]).toEqual(before);
    }
    expect(database.connection.inTransaction).toBe(false);
  });

  test.each([
    [true, 1],
    [false, 0],
  ])('leaves foreign keys as they were: enforced %s', async (enforced, value) => {
    using folder = databaseFolder();
    using database = await openWithAgent(folder.database, enforced);
    expect(foreignKeys(database)).toBe(value);
    await expect(applyAllMigrations(database, { migrations: FAILS })).rejects.toThrow('constraint failed');
    expect(foreignKeys(database)).toBe(value);
  });

  test('does not undo those before it, and is applied once it is mended', async () => {
    using folder = databaseFolder();
    using database = await openWithAgent(folder.database);
    const broken = ironMigrationsAnd({
      [following('works')]: 'CREATE TABLE works (x INTEGER) STRICT;',
      [following('fails', 2)]: 'ALTER TABLE agents ADD CONSTRAINT no_first CHECK (id > 1);',
    });
    const mended = ironMigrationsAnd({
      [following('works')]: 'CREATE TABLE works (x INTEGER) STRICT;',
      [following('fails', 2)]: 'ALTER TABLE agents ADD CONSTRAINT no_zeroth CHECK (id > 0);',
    });

    await expect(applyAllMigrations(database, { migrations: broken })).rejects.toMatchObject({
      code: 'migration.failed',
      message:
        `Migration ${following('fails', 2)}, line ${FIRST_LINE}: constraint failed. ` +
        `Migration ${following('works')} had been applied before that, and stays.`,
      applied: [following('works')],
    });
    expect(readGuards(database.connection)).toHaveLength(ironMigrations().length + 1);

    expect((await applyAllMigrations(database, { migrations: mended })).applied).toEqual([following('fails', 2)]);
  });
});

describe('a migration that cannot be run at all', () => {
  test.each([
    ['nonsense', 'CREATE TABEL t (x INTEGER) STRICT;', 'near "TABEL": syntax error'],
    ['a table that is not there', '\n\nDROP TABLE nowhere;', 'no such table: nowhere'],
    [
      'a view in the way of a rebuild',
      'CREATE VIEW v AS SELECT * FROM agents;\nDROP TABLE agents;\nALTER TABLE users RENAME TO people;',
      'error in view v: no such table: main.agents',
    ],
  ])('is told before anything is done: %s', async (_, sql, problem) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    const migrations = ironMigrationsAnd({ [following('wrong')]: sql });
    const line = FIRST_LINE + sql.split('\n').length - 1;
    await expect(applyAllMigrations(database, { migrations })).rejects.toThrow(
      `Migration ${following('wrong')}, line ${line}: ${problem}.`,
    );
    expect(readGuards(database.connection)).toEqual([]);
    expect(foreignKeys(database)).toBe(1);
  });
});

test('within a transaction of the caller a database in memory is not migrated: foreign keys could not be switched off', async () => {
  using database = await openSqliteDatabase('sqlite::memory:');
  database.connection.exec('BEGIN');
  await expect(applyAllMigrations(database)).rejects.toMatchObject({ code: 'database.setting_refused' });
  expect(database.connection.inTransaction).toBe(true);
});
