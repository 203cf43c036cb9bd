import { describe, expect, test } from 'vitest';
import { migrationText } from '../../migrations/migration-files.fixture.ts';
import { VALID_ROWS } from '../../schema/valid-rows.fixture.ts';
import { insertRow } from '../structure/insert-row.fixture.ts';
import { type EmptyDatabase, migratedEmptyDatabase } from './empty-database.fixture.ts';
import { postgresMigrationsAnd } from './postgres-migrations.fixture.ts';

/** How many of Iron's migrations come before. */
const BASE = 7;

/** Two tokens, the second one rotated from the first, with two usage rows; three agents. */
async function populatedDatabase(): Promise<EmptyDatabase> {
  const database = await migratedEmptyDatabase(BASE);
  const { query } = database;
  const token = { ...VALID_ROWS.api_tokens };
  await insertRow(query, 'api_tokens', { ...token, id: 1 });
  await insertRow(query, 'api_tokens', { ...token, id: 2, token_hash: 'b'.repeat(64), rotated_from_id: 1 });
  await insertRow(query, 'token_usage', { ...VALID_ROWS.token_usage, id: 1, token_id: 1 });
  await insertRow(query, 'token_usage', { ...VALID_ROWS.token_usage, id: 2, token_id: 1 });
  for (const name of ['a', 'b', 'c']) {
    await query('INSERT INTO agents (name, created_at) VALUES ($1, 1750000000000)', [name]);
  }
  return database;
}

async function apply(database: EmptyDatabase, sql: string, ...header: readonly string[]) {
  const migrations = postgresMigrationsAnd({ '009_next.sql': migrationText('009_next.sql', sql, ...header) }, BASE);
  return await database.migrate({ migrations });
}

describe('a migration is rolled back, for the sake of rows, when it', () => {
  test.each([
    ['deletes a row', "DELETE FROM agents WHERE name = 'b';", 'table agents went from 3 to 2 rows'],
    ['truncates', 'TRUNCATE agents, api_tokens, token_usage, api_call_traces;', 'table agents went from 3 to 0 rows; '],
    ['drops a table that has rows', 'DROP TABLE token_usage;', 'table token_usage is gone, and its 2 rows with it'],
    [
      'gives a table another name',
      'ALTER TABLE agents RENAME TO bots;',
      'table agents is gone, and its 3 rows with it',
    ],
    [
      'forgets references',
      'UPDATE api_tokens SET rotated_from_id = NULL;',
      'api_tokens.rotated_from_id is set in 0 rows instead of 1',
    ],
    ['forgets what the database is', 'DELETE FROM _iron;', 'table _iron went from 1 to 0 rows'],
    [
      'deletes what others go with',
      'DELETE FROM api_tokens;',
      'table api_tokens went from 2 to 0 rows; table token_usage',
    ],
  ])('%s', async (_, sql, problem) => {
    const database = await populatedDatabase();
    const before = await database.contents();
    const migrating = apply(database, sql);
    await expect(migrating).rejects.toMatchObject({
      code: 'migration.loses_data',
      hint: 'If a table is meant to lose rows, the file says so in its header: `-- Shrinks: <table>`.',
    });
    await expect(migrating).rejects.toThrow(`Migration 009_next.sql was rolled back: ${problem}`);
    expect(await database.contents()).toEqual(before);
  });
});

describe('a migration is applied when', () => {
  test.each([
    ['the table that loses rows is declared', 'DELETE FROM agents;', 'Shrinks: agents'],
    ['each of them is', 'DELETE FROM agents; DROP TABLE token_usage;', 'Shrinks: agents, token_usage'],
    ['rows are only added', "INSERT INTO agents (name, created_at) VALUES ('d', 1750000000000);", 'And more'],
  ])('%s', async (_, sql, header) => {
    const database = await populatedDatabase();
    expect((await apply(database, sql, header)).applied).toEqual(['009_next.sql']);
    expect((await apply(database, sql, header)).applied).toEqual([]);
  });
});

test('a migration that would break a reference is refused by the server itself', async () => {
  const database = await populatedDatabase();
  await expect(apply(database, 'UPDATE api_tokens SET id = 9 WHERE id = 1;')).rejects.toMatchObject({
    code: 'migration.failed',
  });
});
