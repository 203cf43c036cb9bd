import { describe, expect, test } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { insertRow } from '../schema/valid-rows.fixture.ts';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { readStructure } from '../structure/read-structure.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { ironMigrations, ironMigrationsAnd, migrationText } from './migration-files.fixture.ts';

/** How many of Iron's migrations come before. Later ones watch `api_tokens` by trigger: who rebuilds it drops those first. */
const BASE = 7;

/** Two tokens, the second one rotated from the first, with two usage rows and a trace; three agents. */
async function populatedDatabase(path?: string): Promise<SqliteDatabase> {
  const database = await openSqliteDatabase(
    path === undefined ? 'sqlite::memory:' : { kind: 'file', path, mode: 'rwc' },
  );
  await applyAllMigrations(database, { migrations: ironMigrations(BASE) });
  const { connection } = database;
  insertRow(connection, 'api_tokens', { id: 1 });
  insertRow(connection, 'api_tokens', { id: 2, token_hash: 'b'.repeat(64), rotated_from_id: 1 });
  insertRow(connection, 'token_usage', { id: 1 });
  insertRow(connection, 'token_usage', { id: 2 });
  insertRow(connection, 'api_call_traces');
  for (const name of ['a', 'b', 'c']) insertRow(connection, 'agents', { id: null, name });
  return database;
}

function contents({ connection }: SqliteDatabase): unknown[] {
  const { tables } = readStructure(connection);
  return tables.map(({ name }) => connection.prepare(`SELECT * FROM ${name} ORDER BY 1`).all());
}

function apply(database: SqliteDatabase, sql: string, ...header: readonly string[]) {
  const migrations = ironMigrationsAnd({ '009_next.sql': migrationText('009_next.sql', sql, ...header) }, BASE);
  return applyAllMigrations(database, { migrations });
}

/** What a migration does, and what is said of it. */
const LOSSES: readonly [string, string, string][] = [
  ['deletes a row', 'DELETE FROM agents WHERE id = 2;', 'table agents went from 3 to 2 rows'],
  ['deletes all rows', 'DELETE FROM agents;', 'table agents went from 3 to 0 rows'],
  [
    'drops a table that has rows',
    'DROP TABLE api_call_traces;',
    'table api_call_traces is gone, and its 1 rows with it',
  ],
  ['gives a table another name', 'ALTER TABLE agents RENAME TO bots;', 'table agents is gone, and its 3 rows with it'],
  [
    'forgets references',
    'UPDATE api_tokens SET rotated_from_id = NULL;',
    'api_tokens.rotated_from_id is set in 0 rows instead of 1',
  ],
  ['forgets what the database is', 'DELETE FROM _iron;', 'table _iron went from 1 to 0 rows'],
  [
    'rebuilds a table without all of its rows',
    `CREATE TABLE agents_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
     INSERT INTO agents_new SELECT id, name FROM agents WHERE id > 1;
     UPDATE api_tokens SET agent_id = NULL; DROP TABLE agents; ALTER TABLE agents_new RENAME TO agents;`,
    'table agents went from 3 to 2 rows',
  ],
];

describe('a migration is rolled back when it', () => {
  test.each(LOSSES)('%s', async (_, sql, loss) => {
    using database = await populatedDatabase();
    const before = contents(database);

    await expect(apply(database, sql)).rejects.toMatchObject({
      code: 'migration.loses_data',
      message: `Migration 009_next.sql was rolled back: ${loss}.`,
      losses: [loss],
      hint: 'If a table is meant to lose rows, the file says so in its header: `-- Shrinks: <table>`.',
    });

    expect(contents(database)).toEqual(before);
  });
});

/** What a migration does to references, and what is said of it. */
const BROKEN: readonly [string, string, string][] = [
  [
    'moves children to a parent that does not exist',
    'UPDATE token_usage SET token_id = 99 WHERE id = 2;',
    'references from token_usage to api_tokens that lead nowhere: 1, the first in row 2',
  ],
  [
    'adds a child without a parent',
    `INSERT INTO token_usage (id, token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
     SELECT 7, 99, provider, model, 1, 1, 2, recorded_at FROM token_usage WHERE id = 1;`,
    'references from token_usage to api_tokens that lead nowhere: 1, the first in row 7',
  ],
  [
    'gives parents other keys',
    'UPDATE api_tokens SET id = id + 10 WHERE id = 1;',
    'references from api_call_traces to api_tokens that lead nowhere: 1, the first in row 1; references from api_tokens to',
  ],
  [
    'refers to a table that does not exist',
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, agent INTEGER REFERENCES agent (id)) STRICT;',
    'table notes refers to table agent, which does not exist',
  ],
  [
    'refers to a column that is no key',
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, at INTEGER REFERENCES agents (created_at)) STRICT;',
    'foreign key mismatch - "notes" referencing "agents"',
  ],
];

describe('a migration is rolled back, for the sake of what refers to what, when it', () => {
  test.each(BROKEN)('%s', async (_, sql, problem) => {
    using database = await populatedDatabase();
    const before = contents(database);

    const migrating = apply(database, sql);

    await expect(migrating).rejects.toMatchObject({
      code: 'migration.loses_data',
      hint: 'Mend the migration: what is referred to must exist.',
    });
    await expect(migrating).rejects.toThrow(`Migration 009_next.sql was rolled back: ${problem}`);
    expect(contents(database)).toEqual(before);
  });
});

describe('a migration is applied when', () => {
  test.each([
    ['the table that loses rows is declared', 'DELETE FROM agents;', 'Shrinks: agents'],
    ['each of them is', 'DELETE FROM agents; DROP TABLE api_call_traces;', 'Shrinks: agents, api_call_traces'],
    [
      'the table that loses references is declared',
      'UPDATE api_tokens SET rotated_from_id = NULL;',
      'Shrinks: api_tokens',
    ],
    ['the table that gets another name is declared', 'ALTER TABLE agents RENAME TO bots;', 'Shrinks: agents'],
    ['the table that goes was empty', 'DROP TABLE token_blacklist;', 'Adds nothing'],
    ['rows are only added', "INSERT INTO agents (name, created_at) VALUES ('d', 1750000000000);", 'And more'],
  ])('%s, and so is the next one', async (_, sql, header) => {
    using database = await populatedDatabase();
    const first = migrationText('009_next.sql', sql, header);
    const { applied } = await applyAllMigrations(database, {
      migrations: ironMigrationsAnd({ '009_next.sql': first }, BASE),
    });
    expect(applied).toEqual(['009_next.sql']);

    const last = { '010_more.sql': 'CREATE TABLE more (x INTEGER) STRICT;' };
    const more = ironMigrationsAnd({ '009_next.sql': first, ...last }, BASE);
    expect((await applyAllMigrations(database, { migrations: more })).applied).toEqual(['010_more.sql']);
    expect((await applyAllMigrations(database, { migrations: more })).applied).toEqual([]);
  });

  test('a table is declared, but another one loses rows: then it is not', async () => {
    using database = await populatedDatabase();
    const migrating = apply(database, 'DELETE FROM agents; DELETE FROM api_call_traces;', 'Shrinks: agents');
    await expect(migrating).rejects.toMatchObject({ losses: ['table api_call_traces went from 1 to 0 rows'] });
  });

  test('references were broken before it already', async () => {
    using database = await populatedDatabase();
    database.connection.pragma('foreign_keys = OFF');
    insertRow(database.connection, 'token_usage', { id: 3, token_id: 77 });
    const { applied } = await apply(database, 'CREATE TABLE more (x INTEGER) STRICT;');
    expect(applied).toEqual(['009_next.sql']);
  });

  test('references were broken before it, unless it breaks one more', async () => {
    using database = await populatedDatabase();
    database.connection.pragma('foreign_keys = OFF');
    insertRow(database.connection, 'token_usage', { id: 3, token_id: 77 });
    const migrating = apply(database, 'UPDATE token_usage SET token_id = 78 WHERE id < 3;');
    await expect(migrating).rejects.toThrow('references from token_usage to api_tokens that lead nowhere: 3');
  });
});

/** Rebuilds `api_tokens` in the right order: new, copy, drop, rename. Dropping it would take all usage with it. */
const REBUILD = `
  CREATE TABLE api_tokens_new (
    id INTEGER PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL, rotated_from_id INTEGER REFERENCES api_tokens (id) ON DELETE SET NULL
  ) STRICT;
  INSERT INTO api_tokens_new (id, token_hash, user_id, created_at, rotated_from_id)
    SELECT id, token_hash, user_id, created_at, rotated_from_id FROM api_tokens;
  DROP TABLE api_tokens;
  ALTER TABLE api_tokens_new RENAME TO api_tokens;
`;

describe('a table that others refer to', () => {
  test.each(['memory', 'file'])('is rebuilt in a database in a %s without losing one of their rows', async (place) => {
    using folder = databaseFolder();
    using database = await populatedDatabase(place === 'file' ? folder.database : undefined);
    const children = () =>
      ['token_usage', 'api_call_traces'].map((table) => database.connection.prepare(`SELECT * FROM ${table}`).all());
    const before = children();
    expect(before.map((rows) => rows.length)).toEqual([2, 1]);

    const { applied } = await apply(database, REBUILD);

    expect(applied).toEqual(['009_next.sql']);
    expect(children()).toEqual(before);
    expect(database.connection.prepare('SELECT id, rotated_from_id FROM api_tokens').raw().all()).toEqual([
      [1, null],
      [2, 1],
    ]);
  });

  test('keeps its children after the rebuild: they refer to the new table, and go with its rows', async () => {
    using database = await populatedDatabase();
    await apply(database, REBUILD);
    const { connection } = database;
    const addUsage = () => insertRow(connection, 'token_usage', { token_id: 99 });
    expect(addUsage).toThrow('FOREIGN KEY constraint failed');
    connection.exec('DELETE FROM api_tokens WHERE id = 1');
    expect(connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(0);
    expect(connection.prepare('SELECT rotated_from_id FROM api_tokens').pluck().all()).toEqual([null]);
  });

  test('loses them when it is dropped while foreign keys are on, which is what the runner prevents', async () => {
    using database = await populatedDatabase();
    database.connection.exec(`BEGIN; ${REBUILD} COMMIT`);
    expect(database.connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(0);
  });
});
