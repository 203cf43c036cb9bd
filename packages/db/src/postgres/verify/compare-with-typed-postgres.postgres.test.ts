import { describe, expect, test } from 'vitest';
import { migratedDatabase } from '../backup/backed-up.fixture.ts';
import { compareWithTypedPostgres } from './compare-with-typed-postgres.ts';
import { lookAtPostgres } from './look-at-postgres.ts';

async function differencesAfter(sql: string): Promise<string[]> {
  const database = await migratedDatabase();
  await database.ask(`${sql}; SELECT 1`);
  const differences = await lookAtPostgres(
    database.location,
    async (look) => await look.atOneMoment(async () => await compareWithTypedPostgres(look.query)),
  );
  return differences.map(({ message }) => message);
}

describe('what the code knows of the tables', () => {
  test('is what the migrations build on PostgreSQL, whatever guards stand beside it', async () => {
    expect(await differencesAfter('SELECT 1')).toEqual([]);
  });

  test.each([
    ['a missing table', 'DROP TABLE token_blacklist', ['table token_blacklist is missing']],
    ['a table too much', 'CREATE TABLE notes (id bigint)', ['table notes should not be there']],
    [
      'a missing column',
      'ALTER TABLE users DROP COLUMN last_login',
      ['table users: column last_login is missing', 'table users: index idx_users_last_login is missing'],
    ],
    [
      'a column too much',
      'ALTER TABLE users ADD COLUMN nickname text',
      ['table users: column nickname should not be there'],
    ],
    [
      'a column that may be NULL',
      'ALTER TABLE api_tokens ALTER COLUMN user_id DROP NOT NULL',
      ['table api_tokens: column user_id is nullable'],
    ],
    [
      'another default',
      'ALTER TABLE users ALTER COLUMN force_password_change SET DEFAULT 1',
      ['table users: column force_password_change: default is 1 instead of 0'],
    ],
    [
      'another type',
      'ALTER TABLE token_usage ALTER COLUMN audio_tokens TYPE integer',
      ['table token_usage: column audio_tokens: type is integer instead of bigint'],
    ],
    ['a missing index', 'DROP INDEX idx_users_email', ['table users: index idx_users_email is missing']],
    [
      'an index that is not unique',
      'DROP INDEX idx_agents_name; CREATE INDEX idx_agents_name ON agents (name)',
      ['table agents: index idx_agents_name is not unique'],
    ],
    [
      'an index without its condition',
      'DROP INDEX idx_token_usage_request; CREATE UNIQUE INDEX idx_token_usage_request ON token_usage (request_id)',
      ['table token_usage: index idx_token_usage_request: condition is none instead of a condition'],
    ],
    ['no UNIQUE', 'DROP INDEX users_username_key', ['table users: UNIQUE (username C) is missing']],
    [
      'another foreign key and primary key',
      `ALTER TABLE project_provider_key_assignments
         DROP CONSTRAINT project_provider_key_assignments_provider_key_id_fkey,
         DROP CONSTRAINT project_provider_key_assignments_pkey,
         ADD FOREIGN KEY (provider_key_id) REFERENCES ai_provider_keys (id)`,
      [
        'table project_provider_key_assignments: column id: place in the primary key is 0 instead of 1',
        'table project_provider_key_assignments: foreign key (provider_key_id) to ai_provider_keys (id): ON DELETE is NO ACTION instead of CASCADE',
      ],
    ],
  ])('differs from a database with %s', async (_, sql, expected) => {
    expect(await differencesAfter(sql)).toEqual(expected);
  });
});
