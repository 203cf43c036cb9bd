import { describe, expect, test } from 'vitest';
import { following, followingNumber } from '../../migrations/migration-files.fixture.ts';
import { emptyDatabase, migratedEmptyDatabase } from './empty-database.fixture.ts';
import { postgresMigrations, postgresMigrationsAnd } from './postgres-migrations.fixture.ts';
import { planPostgresMigrations } from './postgres-migration-plan.ts';

const RESTORE_OR_RESET =
  'Restore a backup with `iron db restore --last`, or, for a development database, make it anew with `iron db reset`.';

describe('a partial state is named, with the way out, when', () => {
  test.each([
    [
      'a table of 001 is gone',
      'DROP TABLE api_call_traces',
      'guard _migration_001_completed is there, but table api_call_traces is missing',
    ],
    [
      'a table has another name',
      'ALTER TABLE agents RENAME TO bots',
      'guard _migration_008_completed is there, but table agents is missing',
    ],
    [
      'a guard is gone',
      'DROP TABLE _migration_003_completed',
      'table token_blacklist is there, but guard _migration_003_completed is missing; ' +
        'table users is there, but guard _migration_003_completed is missing',
    ],
    [
      'the guard of a migration that makes no table is gone',
      'DROP TABLE _migration_002_completed',
      'what 002_length_constraints.sql does is there, but guard _migration_002_completed is missing',
    ],
    [
      'a guard has lost its row',
      'DELETE FROM _migration_004_completed',
      'guard _migration_004_completed has no row with a time and a checksum',
    ],
    [
      'a guard was made by hand',
      'DROP TABLE _migration_004_completed; CREATE TABLE _migration_004_completed (applied_at text)',
      'guard _migration_004_completed has no row with a time and a checksum',
    ],
    ['it has lost its identity', 'DELETE FROM _iron', 'table _iron has lost its row'],
  ])('%s', async (_, sql, findings) => {
    const database = await migratedEmptyDatabase();
    await database.query(sql);
    const before = await database.contents();
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'migration.partial',
      message: `${database.path} is partly migrated: ${findings}.`,
      hint: RESTORE_OR_RESET,
    });
    expect(await database.contents()).toEqual(before);
  });
});

const UNDO = `Undo what was altered by hand, or: ${RESTORE_OR_RESET}`;
const dropping = (what: string) => `Drop what Iron did not make (${what}), or move it to another schema or database.`;

describe('a structure that is not what the migrations build is told, when', () => {
  test.each([
    ['a column was added', 'ALTER TABLE agents ADD extra text', 'table agents: column extra should not be there', UNDO],
    ['a table was added', 'CREATE TABLE extra (x bigint)', 'table extra should not be there', dropping('table extra')],
    ['a view was added', 'CREATE VIEW extra AS SELECT', 'view extra should not be there', dropping('view extra')],
    [
      'a table was added and an index is gone',
      'DROP INDEX idx_agents_name; CREATE TABLE extra (x bigint)',
      'table agents: index idx_agents_name is missing; table extra should not be there',
      `${dropping('table extra')} ${UNDO}`,
    ],
    ['an index is gone', 'DROP INDEX idx_agents_name', 'table agents: index idx_agents_name is missing', UNDO],
    [
      'a column may be empty',
      'ALTER TABLE agents ALTER name DROP NOT NULL',
      'table agents: column name is nullable',
      UNDO,
    ],
    [
      'a trigger is switched off',
      'ALTER TABLE audit_log DISABLE TRIGGER audit_log_refuses_delete',
      'table audit_log: clause audit_log_refuses_delete: enabled D should not be there',
      UNDO,
    ],
  ])('%s, and nothing is applied', async (_, sql, difference, hint) => {
    const database = await migratedEmptyDatabase(8);
    await database.query(sql);
    const before = await database.contents();
    const refusal = {
      code: 'migration.structure_drift',
      hint,
      message: `The structure of ${database.path} is not what the migrations build: ${difference}.`,
    };
    await expect(database.migrate()).rejects.toMatchObject(refusal);
    await expect(planPostgresMigrations(database)).rejects.toMatchObject(refusal);
    expect(await database.contents()).toEqual(before);
  });

  test('a migration itself does something else here than in an empty schema, which is rolled back', async () => {
    const database = await migratedEmptyDatabase();
    await database.query("INSERT INTO agents (name, created_at) VALUES ('first', 1750000000000)");
    const before = await database.contents();
    const migrations = postgresMigrationsAnd({
      [following('fickle')]: `
        CREATE FUNCTION fickle() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE 'CREATE TABLE surprise (x bigint)';
          RETURN NEW;
        END
        $$;
        CREATE TRIGGER fickle BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION fickle();
        UPDATE agents SET name = name;`,
    });
    await expect(database.migrate({ migrations })).rejects.toMatchObject({
      code: 'migration.structure_drift',
      message:
        `Migration ${following('fickle')} was rolled back: with it, the structure of ${database.path} ` +
        'is not what the migrations build: table surprise should not be there.',
    });
    expect(await database.contents()).toEqual(before);
  });
});

describe('a database that does not fit the files is refused:', () => {
  test('a file was edited after it was applied', async () => {
    const database = await migratedEmptyDatabase(2);
    const edited = postgresMigrations().map((migration) => ({ ...migration, checksum: `${migration.number}` }));
    await expect(database.migrate({ migrations: edited })).rejects.toMatchObject({
      code: 'migration.edited',
      message: `Migration 001_initial_schema.sql was changed after it was applied to ${database.path}.`,
    });
  });

  test('a newer Iron migrated it', async () => {
    const database = await emptyDatabase();
    await database.migrate({
      migrations: postgresMigrationsAnd({ [following('next')]: 'CREATE TABLE next (x bigint);' }),
    });
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'migration.database_newer',
      message: `${database.path} holds migration ${followingNumber()}, which this version of Iron does not know.`,
    });
  });

  test('another edition of Iron applied the reserved 007', async () => {
    const database = await migratedEmptyDatabase();
    await database.query('CREATE TABLE _migration_007_completed (applied_at bigint, checksum text)');
    await expect(database.migrate()).rejects.toThrow('holds migration 007, which this version');
  });

  test('a file was put in before one that is applied already', async () => {
    const before = postgresMigrationsAnd({
      [following('one')]: 'CREATE TABLE one (x bigint);',
      [following('two', 2)]: 'CREATE TABLE two (x bigint);',
      [following('three', 3)]: 'CREATE TABLE three (x bigint);',
    });
    const database = await emptyDatabase();
    await database.migrate({ migrations: before.filter(({ file }) => file !== following('two', 2)) });
    await expect(database.migrate({ migrations: before })).rejects.toMatchObject({
      code: 'migration.out_of_order',
      message: `Migration ${following('two', 2)} was never applied to ${database.path}, but ${followingNumber(3)} was.`,
    });
  });

  test.each([
    ['a table', 'CREATE TABLE notes (text text)', 'table notes'],
    ['a table like ours', 'CREATE TABLE users (id text PRIMARY KEY)', 'table users'],
    ['a view', 'CREATE VIEW one AS SELECT 1 AS one', 'view one'],
    ['a function', 'CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'function one'],
  ])('another program keeps %s in it', async (_, sql, thing) => {
    const database = await emptyDatabase();
    await database.query(sql);
    const before = await database.contents();
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'database.not_iron',
      message: `The schema public of ${database.path} is not one of Iron's: it holds ${thing}.`,
      hint: 'Iron leaves it as it is. Make a database for Iron alone (CREATE DATABASE iron), and name that one.',
    });
    expect(await database.contents()).toEqual(before);
  });

  test('but what another schema holds is nobody’s business', async () => {
    const database = await emptyDatabase();
    await database.query('CREATE SCHEMA other; CREATE TABLE other.users (id bigint)');
    expect((await database.migrate()).applied).toHaveLength(postgresMigrations().length);
    expect((await database.migrate()).applied).toEqual([]);
  });
});
