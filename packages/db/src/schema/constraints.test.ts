import { describe, expect, test } from 'vitest';
import { migratedDatabase } from './migrated-database.fixture.ts';
import {
  insertParent,
  insertRow,
  type Row,
  TABLE_NAMES,
  type TableName,
  TIME,
  VALID_ROWS,
} from './valid-rows.fixture.ts';

/** What becomes of a valid row with `changes`: `stored`, or the code of SQLite's refusal. */
function fateOf(table: TableName, changes: Row): string {
  using database = migratedDatabase();
  insertParent(database.connection, table);
  try {
    insertRow(database.connection, table, changes);
    return 'stored';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** JSON of exactly so many bytes. */
const jsonText = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
const jsonArray = (bytes: number) => JSON.stringify(['x'.repeat(bytes - 4)]);

const CHECK = 'SQLITE_CONSTRAINT_CHECK';
const NOT_NULL = 'SQLITE_CONSTRAINT_NOTNULL';
const FOREIGN_KEY = 'SQLITE_CONSTRAINT_FOREIGNKEY';

test.each(TABLE_NAMES)('%s takes its valid row', (table) => {
  expect(fateOf(table, {})).toBe('stored');
});

describe('a text has a least and a most number of characters, and no NUL', () => {
  const user = { suspended_at: TIME, deleted_at: TIME };
  const lengths: readonly [TableName, string, number, Row?][] = [
    ['api_tokens', 'user_id', 500],
    ['api_tokens', 'project_id', 500],
    ['api_tokens', 'name', 200],
    ['api_tokens', 'provider', 100],
    ['api_tokens', 'revoked_reason', 500, { revoked_at: TIME, is_active: 0 }],
    ['token_usage', 'request_id', 200],
    ['token_usage', 'provider', 100],
    ['token_usage', 'model', 200],
    ['token_usage', 'price_version', 100, { cost_nanos: 0 }],
    ['usage_limits', 'user_id', 500],
    ['usage_limits', 'project_id', 500],
    ['usage_limits', 'time_zone', 64],
    ['api_call_traces', 'request_id', 200],
    ['api_call_traces', 'provider', 100],
    ['api_call_traces', 'model', 200],
    ['api_call_traces', 'endpoint', 2000],
    ['audit_log', 'entity_type', 100],
    ['audit_log', 'entity_id', 500],
    ['audit_log', 'action', 100],
    ['audit_log', 'actor_user_id', 500],
    ['audit_log', 'ip_address', 100],
    ['audit_log', 'user_agent', 1000],
    ['users', 'id', 500],
    ['users', 'username', 200],
    ['users', 'email', 320],
    ['users', 'name', 200],
    ['users', 'suspended_by', 500, user],
    ['users', 'deleted_by', 500, user],
    ['token_blacklist', 'jti', 200],
    ['token_blacklist', 'user_id', 500],
    ['ai_provider_keys', 'provider', 100],
    ['ai_provider_keys', 'master_key_id', 100],
    ['ai_provider_keys', 'masked_key', 24],
    ['ai_provider_keys', 'base_url', 2000],
    ['ai_provider_keys', 'description', 500],
    ['ai_provider_keys', 'user_id', 500],
    ['project_provider_key_assignments', 'project_id', 500],
    ['user_audit_log', 'target_user_id', 500],
    ['user_audit_log', 'performed_by', 500],
    ['user_audit_log', 'reason', 1000],
    ['agents', 'name', 200],
    ['_holds', 'request_id', 200],
    ['_holds', 'user_id', 500],
    ['_holds', 'project_id', 500],
    ['_holds', 'provider', 100],
    ['_holds', 'model', 200],
    ['_holds', 'end_reason', 500, { state: 'released', ended_at: TIME }],
    ['_price_books', 'version', 100],
  ];

  test.each(lengths)('%s.%s: %i at most', (table, column, most, others = {}) => {
    const fates = ['', 'é'.repeat(most), 'é'.repeat(most + 1), 'nul\0'].map((text) =>
      fateOf(table, { ...others, [column]: text }),
    );
    expect(fates).toEqual([CHECK, 'stored', CHECK, CHECK]);
  });
});

test.each<[TableName, string, number]>([
  ['api_call_traces', 'request_payload', 1_048_576],
  ['api_call_traces', 'response_payload', 1_048_576],
])('%s.%s holds %i bytes at most, also when NUL is among them', (table, column, most) => {
  const fates = ['\0'.repeat(most), `\0${'x'.repeat(most)}`].map((text) => fateOf(table, { [column]: text }));
  expect(fates).toEqual(['stored', CHECK]);
});

test.each<[TableName, string, number]>([
  ['api_tokens', 'scopes', 16_384],
  ['agents', 'providers', 16_384],
])('%s.%s holds a JSON array of %i bytes at most', (table, column, most) => {
  const fates = ['[]', jsonArray(most), jsonArray(most + 1), '{}', '[1,]', ''].map((text) =>
    fateOf(table, { [column]: text }),
  );
  expect(fates).toEqual(['stored', 'stored', CHECK, CHECK, CHECK, CHECK]);
});

test.each<[TableName, string]>([
  ['audit_log', 'changes'],
  ['user_audit_log', 'previous_state'],
  ['user_audit_log', 'new_state'],
])('%s.%s is JSON of a mebibyte at most', (table, column) => {
  const fates = ['{"a":1}', jsonText(1_048_576), jsonText(1_048_577), '{a:1}'].map((text) =>
    fateOf(table, { [column]: text }),
  );
  expect(fates).toEqual(['stored', 'stored', CHECK, CHECK]);
});

test.each<[TableName, string, Row?]>([
  ['api_tokens', 'created_at'],
  ['api_tokens', 'last_used_at'],
  ['api_tokens', 'expires_at'],
  ['api_tokens', 'revoked_at', { is_active: 0 }],
  ['token_usage', 'recorded_at'],
  ['usage_limits', 'created_at'],
  ['usage_limits', 'updated_at'],
  ['usage_limits', 'tokens_window_started_at'],
  ['usage_limits', 'requests_window_started_at'],
  ['usage_limits', 'cost_window_started_at'],
  ['api_call_traces', 'traced_at'],
  ['audit_log', 'logged_at'],
  ['users', 'created_at'],
  ['users', 'locked_until'],
  ['users', 'last_login'],
  ['users', 'suspended_at'],
  ['users', 'deleted_at'],
  ['token_blacklist', 'blacklisted_at'],
  ['token_blacklist', 'expires_at'],
  ['ai_provider_keys', 'created_at'],
  ['ai_provider_keys', 'last_used_at'],
  ['ai_provider_keys', 'balance_updated_at', { balance_nanos: -1 }],
  ['project_provider_key_assignments', 'assigned_at'],
  ['user_audit_log', 'timestamp'],
  ['agents', 'created_at'],
  ['_holds', 'held_at'],
  ['_holds', 'expires_at'],
  ['_holds', 'ended_at', { state: 'settled' }],
  ['_price_books', 'imported_at'],
  ['_idempotency_keys', 'started_at'],
])('%s.%s takes milliseconds and refuses seconds', (table, column, others = {}) => {
  const fates = [TIME, TIME / 1000].map((time) => fateOf(table, { ...others, [column]: time }));
  expect(fates).toEqual(['stored', CHECK]);
});

describe('a row is refused that', () => {
  const token = VALID_ROWS.api_tokens;
  test.each<[string, TableName, Row, string]>([
    ['holds a token instead of its hash', 'api_tokens', { token_hash: 'iron_dev_admin_token_001' }, CHECK],
    ['holds a hash in upper case', 'api_tokens', { token_hash: 'A'.repeat(64) }, CHECK],
    ['belongs to nobody', 'api_tokens', { user_id: null }, NOT_NULL],
    ['is neither active nor not', 'api_tokens', { is_active: 2 }, CHECK],
    ['is revoked and still active', 'api_tokens', { revoked_at: TIME }, CHECK],
    ['has a reason without being revoked', 'api_tokens', { revoked_reason: 'lost' }, CHECK],
    ['was rotated from itself', 'api_tokens', { rotated_from_id: token.id }, CHECK],
    ['was rotated from no token', 'api_tokens', { rotated_from_id: 7 }, FOREIGN_KEY],
    ['belongs to no agent', 'api_tokens', { agent_id: 7 }, FOREIGN_KEY],
    ['uses no token', 'token_usage', { token_id: 999 }, FOREIGN_KEY],
    ['used less than nothing', 'token_usage', { input_tokens: -1 }, CHECK],
    ['has a total below its parts', 'token_usage', { total_tokens: 149 }, CHECK],
    ['costs less than nothing', 'token_usage', { cost_nanos: -1, price_version: 'v' }, CHECK],
    ['has a cost without a price', 'token_usage', { cost_nanos: 1 }, CHECK],
    ['has a price without a cost', 'token_usage', { price_version: 'v' }, CHECK],
    ['has money in fractions', 'token_usage', { cost_nanos: 0.5, price_version: 'v' }, 'SQLITE_CONSTRAINT_DATATYPE'],
    ['limits nothing', 'usage_limits', { max_tokens_per_day: null }, CHECK],
    ['has a limit below zero', 'usage_limits', { max_tokens_per_day: -1 }, CHECK],
    ['has a limit that JavaScript cannot count to', 'usage_limits', { max_tokens_per_day: 2n ** 53n }, CHECK],
    ['has tokens beyond the limit', 'usage_limits', { tokens_settled: 600, tokens_held: 401 }, CHECK],
    ['has requests beyond the limit', 'usage_limits', { max_requests_per_minute: 1, requests_held: 2 }, CHECK],
    ['has cost beyond the limit', 'usage_limits', { max_cost_nanos_per_month: 1, cost_settled_nanos: 2 }, CHECK],
    ['holds less than nothing', 'usage_limits', { tokens_held: -1 }, CHECK],
    ['has an overage below zero', 'usage_limits', { cost_overage_nanos: -1 }, CHECK],
    ['traces no token', 'api_call_traces', { token_id: 999 }, FOREIGN_KEY],
    ['has a status that HTTP has not', 'api_call_traces', { response_status: 600 }, CHECK],
    ['took less than no time', 'api_call_traces', { duration_ms: -1 }, CHECK],
    ['has a role that nobody has', 'users', { role: 'root' }, CHECK],
    ['has a password that is not hashed', 'users', { password_hash: 'secret' }, CHECK],
    ['has a password hashed by bcrypt', 'users', { password_hash: `$2b$10$${'x'.repeat(53)}` }, CHECK],
    ['has no id', 'users', { id: null }, NOT_NULL],
    ['was suspended by somebody but never', 'users', { suspended_by: 'u' }, CHECK],
    ['was deleted by somebody but never', 'users', { deleted_by: 'u' }, CHECK],
    ['must perhaps change its password', 'users', { force_password_change: 2 }, CHECK],
    ['failed less than never', 'users', { failed_logins: -1 }, CHECK],
    ['has a nonce of the wrong size', 'ai_provider_keys', { encryption_nonce: Buffer.alloc(16) }, CHECK],
    ['has a key as text', 'ai_provider_keys', { encrypted_api_key: 'sk-123' }, 'SQLITE_CONSTRAINT_DATATYPE'],
    ['has a cipher text without room for its tag', 'ai_provider_keys', { encrypted_api_key: Buffer.alloc(16) }, CHECK],
    ['has a balance of no date', 'ai_provider_keys', { balance_nanos: 1 }, CHECK],
    ['assigns no key', 'project_provider_key_assignments', { provider_key_id: 7 }, FOREIGN_KEY],
    ['is an operation that there is not', 'user_audit_log', { operation: 'promote' }, CHECK],
    ['has a hash that is none', 'audit_log', { hash: 'x'.repeat(64) }, CHECK],
    ['is held and has ended', '_holds', { ended_at: TIME }, CHECK],
    ['has ended at no time', '_holds', { state: 'settled' }, CHECK],
    ['was settled for a reason', '_holds', { state: 'settled', ended_at: TIME, end_reason: 'x' }, CHECK],
    ['takes a hold that is none out of a limit', '_hold_limits', { hold_id: 7 }, FOREIGN_KEY],
    ['has prices that are no list', '_price_books', { content: '{}' }, CHECK],
    ['names a key itself instead of its hash', '_idempotency_keys', { key_hash: 'order-1' }, CHECK],
    ['names a request by a hash that is none', '_idempotency_keys', { request_hash: 'B'.repeat(64) }, CHECK],
    ['is a key of nobody', '_idempotency_keys', { key_hash: null }, NOT_NULL],
    ['has an answer that anybody can read', '_idempotency_keys', { answer: '{}' }, 'SQLITE_CONSTRAINT_DATATYPE'],
  ])('%s (%s)', (_, table, changes, code) => {
    expect(fateOf(table, changes)).toBe(code);
  });
});

test('the sealed answer to a request has room for its nonce and its tag, and for a mebibyte', () => {
  const fates = [27, 28, 1_100_000, 1_100_001].map((bytes) =>
    fateOf('_idempotency_keys', { answer: Buffer.alloc(bytes) }),
  );
  expect(fates).toEqual([CHECK, 'stored', 'stored', CHECK]);
});

test('what a provider billed beyond its hold is kept although it passes the limit', () => {
  expect(fateOf('usage_limits', { tokens_settled: 1000, tokens_overage: 5000 })).toBe('stored');
});

test('a total may hold more than its parts, and cached tokens may stand within the input or beside it', () => {
  const openai = {
    input_tokens: 100,
    cached_input_tokens: 80,
    output_tokens: 50,
    reasoning_tokens: 40,
    total_tokens: 150,
  };
  const anthropic = {
    input_tokens: 10,
    cached_input_tokens: 80,
    cache_write_tokens: 500,
    output_tokens: 50,
    total_tokens: 640,
  };
  expect([fateOf('token_usage', openai), fateOf('token_usage', anthropic)]).toEqual(['stored', 'stored']);
});
