import Database from 'better-sqlite3';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { describe, expect, test } from 'vitest';
import * as schema from '../schema/index.ts';
import { migratedDatabase } from '../schema/migrated-database.fixture.ts';
import type { IndexStructure, TableStructure } from '../structure/database-structure.ts';
import { readStructure } from '../structure/read-structure.ts';
import { compareWithTypedSchema } from './typed-structure.ts';

function driftAfter(sql: string): string[] {
  using database = migratedDatabase();
  database.connection.exec(sql);
  return compareWithTypedSchema(database.connection).map(({ message }) => message);
}

describe('compareWithTypedSchema()', () => {
  test('finds no difference in what the migrations build, whatever guards stand beside it', () => {
    expect(driftAfter('CREATE TABLE _migration_001_completed (applied_at INTEGER)')).toEqual([]);
  });

  test.each([
    ['a missing table', 'DROP TABLE token_blacklist', ['table token_blacklist is missing']],
    ['a table too much', 'CREATE TABLE notes (id INTEGER PRIMARY KEY)', ['table notes should not be there']],
    [
      'a missing column',
      'DROP INDEX idx_users_last_login; ALTER TABLE users DROP COLUMN last_login',
      [
        'table users: column last_login is missing',
        'table users: index idx_users_last_login is missing',
        'table users: CHECK (last_login >= 1000000000000) is missing',
      ],
    ],
    [
      'a column too much',
      'ALTER TABLE users ADD COLUMN nickname TEXT',
      ['table users: column nickname should not be there'],
    ],
    [
      'a column that may be NULL',
      'ALTER TABLE api_tokens ALTER COLUMN user_id DROP NOT NULL',
      ['table api_tokens: column user_id is nullable'],
    ],
    [
      'another default',
      `ALTER TABLE users DROP COLUMN force_password_change;
       ALTER TABLE users ADD COLUMN force_password_change INTEGER NOT NULL DEFAULT 1
         CHECK (force_password_change IN (0, 1))`,
      ['table users: column force_password_change: default is 1 instead of 0'],
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
      ['table token_usage: index idx_token_usage_request: condition is none instead of request_id is not null'],
    ],
    [
      'a missing CHECK',
      'ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_name_length',
      ['table api_tokens: CHECK (length (name) between 1 and 200) is missing'],
    ],
    [
      'a CHECK too much',
      'ALTER TABLE agents ADD CONSTRAINT agents_more CHECK (id > 0)',
      ['table agents: CHECK (id > 0) should not be there'],
    ],
    [
      'another type, key, foreign key and UNIQUE',
      `DROP TABLE project_provider_key_assignments;
       CREATE TABLE project_provider_key_assignments (
         id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL CHECK (length(project_id) BETWEEN 1 AND 500),
         provider_key_id INTEGER NOT NULL REFERENCES ai_provider_keys (id),
         assigned_at INTEGER NOT NULL CHECK (assigned_at >= 1000000000000), CHECK (instr(project_id, char(0)) = 0)
       ) STRICT;
       CREATE INDEX idx_project_provider_key_assignments_key ON project_provider_key_assignments (provider_key_id)`,
      [
        'table project_provider_key_assignments: column id: type is TEXT instead of INTEGER',
        'table project_provider_key_assignments: foreign key (provider_key_id) to ai_provider_keys (id): ON DELETE is NO ACTION instead of CASCADE',
        'table project_provider_key_assignments: UNIQUE (project_id BINARY, provider_key_id BINARY) is missing',
        'table project_provider_key_assignments: PRIMARY KEY (id BINARY) should not be there',
      ],
    ],
  ])('finds %s', (_, sql, expected) => {
    expect(driftAfter(sql)).toEqual(expected);
  });
});

/** Its expression has a comma, at which drizzle-kit 0.31 cuts it in two. */
const BEYOND_DRIZZLE_KIT = 'idx_usage_limits_user_project';

const LITERALS: Readonly<Record<string, string>> = { true: '1', false: '0' };

/** What both know: drizzle-kit has no STRICT and no collation, and makes each UNIQUE an index with a name of its own. */
function comparable({ name, columns, indexes, foreignKeys, checks }: TableStructure) {
  const withoutPrefix = (sql: string) => sql.replaceAll(`${name}.`, '');
  return {
    name,
    columns: columns.map((column) => ({
      ...column,
      default: LITERALS[column.default ?? ''] ?? column.default,
      collation: 'BINARY',
    })),
    indexes: indexes.flatMap(comparableIndex).map(withoutPrefix).toSorted(),
    foreignKeys,
    checks: checks.map(({ expression }) => withoutPrefix(expression)).toSorted(),
  };
}

function comparableIndex({ name, unique, columns, where }: IndexStructure): string[] {
  if (name === BEYOND_DRIZZLE_KIT) return [];
  const expressions = columns.map(({ expression }) => expression).join(', ');
  return [`${name?.startsWith('idx_') ? name : 'key'}: ${unique} (${expressions}) ${where}`];
}

test('drizzle-kit makes the same tables of the typed schema as the migrations do', async () => {
  const statements = await generateSQLiteMigration(
    await generateSQLiteDrizzleJson({}),
    await generateSQLiteDrizzleJson(schema),
  );
  using migrated = migratedDatabase();
  const drizzled = new Database(':memory:');
  drizzled.exec(statements.filter((statement) => !statement.includes(BEYOND_DRIZZLE_KIT)).join('\n'));

  const expected = readStructure(migrated.connection).tables.map(comparable);
  expect(readStructure(drizzled).tables.map(comparable)).toEqual(expected);
  expect(expected).toHaveLength(20);
});
