import type Database from 'better-sqlite3';

type Value = string | number | bigint | Buffer | null;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, Value>>;

export const TIME = 1_750_000_000_000;
export const NO_HASH = '0'.repeat(64);

/**
 * A valid row of each table that rows are put into (triggers keep the sums), with all columns that have no default;
 * parents come before children.
 */
export const VALID_ROWS = {
  agents: { id: 1, name: 'Summariser', created_at: TIME },
  api_tokens: { id: 1, token_hash: 'a'.repeat(64), user_id: 'u', created_at: TIME },
  token_usage: {
    token_id: 1,
    provider: 'openai',
    model: 'gpt-4',
    input_tokens: 100,
    output_tokens: 50,
    total_tokens: 150,
    recorded_at: TIME,
  },
  usage_limits: { user_id: 'u', max_tokens_per_day: 1000, created_at: TIME, updated_at: TIME },
  api_call_traces: {
    token_id: 1,
    provider: 'openai',
    model: 'gpt-4',
    endpoint: '/v1/chat/completions',
    duration_ms: 12,
    traced_at: TIME,
  },
  audit_log: {
    entity_type: 'token',
    entity_id: '1',
    action: 'create',
    logged_at: TIME,
    previous_hash: NO_HASH,
    hash: '1'.repeat(64),
  },
  users: { id: 'u', username: 'admin', role: 'admin', created_at: TIME },
  token_blacklist: { jti: 'j', user_id: 'u', blacklisted_at: TIME, expires_at: TIME },
  ai_provider_keys: {
    id: 1,
    provider: 'openai',
    encrypted_api_key: Buffer.alloc(48),
    encryption_nonce: Buffer.alloc(12),
    master_key_id: 'm1',
    masked_key: 'sk-…abcd',
    created_at: TIME,
    user_id: 'u',
  },
  project_provider_key_assignments: { project_id: 'p', provider_key_id: 1, assigned_at: TIME },
  user_audit_log: {
    operation: 'create',
    target_user_id: 'u',
    performed_by: 'u',
    timestamp: TIME,
    previous_hash: NO_HASH,
    hash: '1'.repeat(64),
  },
  _holds: {
    id: 1,
    request_id: 'r',
    user_id: 'u',
    state: 'held',
    tokens: 150,
    requests: 1,
    cost_nanos: 0,
    held_at: TIME,
    expires_at: TIME + 60_000,
  },
  _hold_limits: {
    hold_id: 1,
    limit_id: 1,
    tokens_window_started_at: TIME,
    requests_window_started_at: TIME,
    cost_window_started_at: TIME,
  },
  _price_books: { version: 'v', source: 'override', content: '[]', imported_at: TIME },
  _idempotency_keys: { key_hash: 'a'.repeat(64), request_hash: 'b'.repeat(64), started_at: TIME },
} as const satisfies Readonly<Record<string, Row>>;

export type TableName = keyof typeof VALID_ROWS;

export const TABLE_NAMES = Object.keys(VALID_ROWS).filter((name): name is TableName => name in VALID_ROWS);

/** Inserts a valid row in which only what `changes` names is different. */
export function insertRow(connection: Database.Database, table: TableName, changes: Row = {}, verb = 'INSERT'): void {
  const row: Row = { ...VALID_ROWS[table], ...changes };
  const columns = Object.keys(row);
  const places = columns.map((column) => `@${column}`);
  connection.prepare(`${verb} INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`).run(row);
}

const PARENTS: Readonly<Partial<Record<TableName, TableName>>> = {
  token_usage: 'api_tokens',
  api_call_traces: 'api_tokens',
  project_provider_key_assignments: 'ai_provider_keys',
  _hold_limits: '_holds',
};

/** Inserts the row that the valid row of `table` refers to, if it refers to one. */
export function insertParent(connection: Database.Database, table: TableName): void {
  const parent = PARENTS[table];
  if (parent) insertRow(connection, parent);
}
