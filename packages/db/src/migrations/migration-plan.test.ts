import { describe, expect, test } from 'vitest';
import { NotIronError } from '../connection/connection-errors.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { ALTERED_AT, alteredDatabase } from './altered-database.fixture.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { following, followingNumber, ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';
import { planMigrations, requireMigrated } from './migration-plan.ts';

const AFTER_FIVE = ironMigrations()
  .slice(5)
  .map(({ file }) => file);

describe('planMigrations', () => {
  test('tells what was applied, when, and what is pending', async () => {
    using database = await alteredDatabase('', 5);
    const { applied, pending } = planMigrations(database);
    expect(applied).toEqual(ironMigrations(5).map(({ number, file }) => ({ number, file, appliedAt: ALTERED_AT })));
    expect(pending.map(({ file }) => file)).toEqual(AFTER_FIVE);
  });

  test('finds everything pending in a database in which nothing is', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    expect(planMigrations(database)).toEqual({ applied: [], pending: ironMigrations() });
  });

  test('changes nothing', async () => {
    using database = await alteredDatabase('', 5);
    const before = database.connection.serialize();
    planMigrations(database);
    expect(database.connection.serialize()).toEqual(before);
  });

  test('does not mind rows, statistics that SQLite keeps, or more than one row in a guard', async () => {
    using database = await alteredDatabase(
      "INSERT INTO agents (name, created_at) VALUES ('a', 1750000000000); ANALYZE; " +
        'INSERT INTO _migration_001_completed SELECT * FROM _migration_001_completed',
    );
    expect(planMigrations(database).pending).toEqual([]);
  });
});

describe('requireMigrated', () => {
  test('names each file that a database lacks', async () => {
    using database = await alteredDatabase('', 5);
    expect(() => requireMigrated(database)).toThrow(
      expect.objectContaining({
        code: 'migration.pending',
        message: `:memory: lacks migrations ${AFTER_FIVE.join(', ')}.`,
        hint: 'Apply them with `iron db migrate`.',
      }),
    );
  });

  test('says nothing of one that lacks none', async () => {
    using database = await alteredDatabase('');
    expect(() => requireMigrated(database)).not.toThrow();
  });
});

describe('a database that does not fit the files is refused:', () => {
  test('a file was edited after it was applied', async () => {
    using database = await alteredDatabase('');
    const edited = ironMigrations().map((migration) => ({ ...migration, checksum: `${migration.number}`.repeat(64) }));
    await expect(applyAllMigrations(database, { migrations: edited })).rejects.toMatchObject({
      code: 'migration.edited',
      message: 'Migration 001_initial_schema.sql was changed after it was applied to :memory:.',
      hint: 'Put the file back as it was and write the change as a new migration: `iron db migration new <name>`.',
    });
  });

  test('a guard has the checksum of another text', async () => {
    using database = await alteredDatabase(`UPDATE _migration_005_completed SET checksum = '${'0'.repeat(64)}'`);
    await expect(applyAllMigrations(database)).rejects.toThrow(
      'Migration 005_user_enhancements.sql was changed after it was applied to :memory:.',
    );
  });

  test('a newer Iron migrated it', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    const newer = ironMigrationsAnd({ [following('next')]: 'CREATE TABLE next (x INTEGER) STRICT;' });
    await applyAllMigrations(database, { migrations: newer });
    await expect(applyAllMigrations(database)).rejects.toMatchObject({
      code: 'migration.database_newer',
      message: `:memory: holds migration ${followingNumber()}, which this version of Iron does not know.`,
      hint: 'Update Iron, or restore a backup that was made before the migration.',
    });
  });

  test('another edition of Iron applied the reserved 007', async () => {
    using database = await alteredDatabase(
      'CREATE TABLE _migration_007_completed (applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT',
    );
    await expect(applyAllMigrations(database)).rejects.toThrow(':memory: holds migration 007, which this version');
  });

  test('a file was put in before one that is applied already', async () => {
    const [first, second, third] = ['one', 'two', 'three'].map((name) => `CREATE TABLE ${name} (x INTEGER) STRICT;`);
    const before = ironMigrationsAnd({
      [following('one')]: `${first}`,
      [following('two', 2)]: `${second}`,
      [following('three', 3)]: `${third}`,
    });
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, { migrations: before.filter(({ file }) => file !== following('two', 2)) });
    await expect(applyAllMigrations(database, { migrations: before })).rejects.toMatchObject({
      code: 'migration.out_of_order',
      message: `Migration ${following('two', 2)} was never applied to :memory:, but ${followingNumber(3)} was.`,
      hint: `Give the file a number above ${followingNumber(3)}.`,
    });
  });

  test.each([
    ['another program made it', 'CREATE TABLE notes (text)'],
    ['it has tables like ours, but no mark', 'CREATE TABLE users (id TEXT PRIMARY KEY) STRICT'],
  ])('%s', async (_, sql) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    database.connection.exec(sql);
    await expect(applyAllMigrations(database)).rejects.toThrow(NotIronError);
    await expect(applyAllMigrations(database)).rejects.toThrow(
      ":memory: is an SQLite database, but not one of Iron's.",
    );
  });
});
