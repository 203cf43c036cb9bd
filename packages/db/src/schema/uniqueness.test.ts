import { describe, expect, test } from 'vitest';
import { migratedDatabase } from './migrated-database.fixture.ts';
import { insertParent, insertRow, type Row, type TableName, TIME } from './valid-rows.fixture.ts';

/** What becomes of the second row beside the first: `stored`, or SQLite's refusal. */
function fateOfSecond(table: TableName, first: Row, second: Row): string {
  using database = migratedDatabase();
  insertParent(database.connection, table);
  insertRow(database.connection, table, first);
  try {
    insertRow(database.connection, table, second);
    return 'stored';
  } catch (error) {
    return String(error);
  }
}

const successor = (id: number) => ({ id, token_hash: String(id).repeat(64), rotated_from_id: 1 });

describe('there is one', () => {
  test.each<[string, TableName, Row, Row]>([
    ['token of a hash', 'api_tokens', { id: 1 }, { id: 2 }],
    ['limit of a user, where no project is named', 'usage_limits', {}, { max_tokens_per_day: 5 }],
    ['limit of a user in a project', 'usage_limits', { project_id: 'p' }, { project_id: 'p' }],
    ['usage row of a request', 'token_usage', { request_id: 'r' }, { request_id: 'r', model: 'gpt-5' }],
    ['user of a name, whatever its case', 'users', {}, { id: 'v', username: 'ADMIN' }],
    ['agent of a name, whatever its case', 'agents', {}, { id: 2, name: 'SUMMARISER' }],
    ['use of a nonce under a master key', 'ai_provider_keys', {}, { id: 2 }],
    ['assignment of a key to a project', 'project_provider_key_assignments', {}, { assigned_at: TIME + 1 }],
    ['hold of a request', '_holds', {}, { id: 2 }],
    ['price book of a version', '_price_books', {}, { source: 'litellm' }],
    ['request of an idempotency key', '_idempotency_keys', {}, { request_hash: 'c'.repeat(64) }],
  ])('%s (%s)', (_, table, first, second) => {
    expect(fateOfSecond(table, first, second)).toMatch(/UNIQUE constraint failed/);
  });
});

describe('there may be two', () => {
  test.each<[string, TableName, Row, Row]>([
    ['limits of a user: in all, and in a project', 'usage_limits', {}, { project_id: 'p' }],
    ['limits in a project: of two users', 'usage_limits', { project_id: 'p' }, { project_id: 'p', user_id: 'v' }],
    ['usage rows without a request id', 'token_usage', {}, {}],
    ['traces of a request that was tried twice', 'api_call_traces', { request_id: 'r' }, { request_id: 'r' }],
    ['tokens of a name', 'api_tokens', { name: 'ci' }, { id: 2, token_hash: 'b'.repeat(64), name: 'ci' }],
    ['uses of a nonce, under two master keys', 'ai_provider_keys', {}, { id: 2, master_key_id: 'm2' }],
  ])('%s (%s)', (_, table, first, second) => {
    expect(fateOfSecond(table, first, second)).toBe('stored');
  });
});

describe('a token', () => {
  test('is replaced by one other at most', () => {
    using database = migratedDatabase();
    insertRow(database.connection, 'api_tokens');
    insertRow(database.connection, 'api_tokens', successor(2));
    expect(() => insertRow(database.connection, 'api_tokens', successor(3))).toThrow(
      'UNIQUE constraint failed: api_tokens.rotated_from_id',
    );
  });

  test('takes its usage and traces along when it is deleted, and leaves its successor', () => {
    using database = migratedDatabase();
    insertRow(database.connection, 'api_tokens');
    insertRow(database.connection, 'api_tokens', { id: 2, token_hash: 'b'.repeat(64), rotated_from_id: 1 });
    insertRow(database.connection, 'token_usage');
    insertRow(database.connection, 'api_call_traces');
    database.connection.exec('DELETE FROM api_tokens WHERE id = 1');

    const count = (table: TableName) => database.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([count('token_usage'), count('api_call_traces')]).toEqual([0, 0]);
    expect(database.connection.prepare('SELECT id, rotated_from_id FROM api_tokens').all()).toEqual([
      { id: 2, rotated_from_id: null },
    ]);
  });

  test('keeps its agent from being deleted', () => {
    using database = migratedDatabase();
    insertRow(database.connection, 'agents');
    insertRow(database.connection, 'api_tokens', { agent_id: 1 });
    expect(() => database.connection.exec('DELETE FROM agents')).toThrow('FOREIGN KEY constraint failed');
  });
});
