import { describe, expect, test } from 'vitest';
import { migratedDatabase } from './migrated-database.fixture.ts';

const TIME = 1_750_000_000_000;
const SPAN = `BETWEEN ${TIME} AND ${TIME + 86_400_000}`;

/** For each index a query that this system asks, and that would read the whole table without it. */
const QUERIES: Readonly<Record<string, string>> = {
  idx_api_tokens_user: `SELECT * FROM api_tokens WHERE user_id = 'u' ORDER BY created_at DESC`,
  idx_api_tokens_project: `SELECT * FROM api_tokens WHERE project_id = 'p' ORDER BY created_at DESC`,
  idx_api_tokens_expiry: `SELECT id FROM api_tokens WHERE expires_at ${SPAN} ORDER BY expires_at`,
  idx_api_tokens_rotated_from: 'SELECT * FROM api_tokens WHERE rotated_from_id = 1',
  idx_api_tokens_agent: 'SELECT * FROM api_tokens WHERE agent_id = 1',
  idx_api_tokens_provider: `SELECT * FROM api_tokens WHERE provider = 'openai' ORDER BY created_at DESC`,
  idx_token_usage_token: `SELECT sum(total_tokens), sum(cost_nanos) FROM token_usage WHERE token_id = 1 AND recorded_at ${SPAN}`,
  idx_token_usage_recorded: `DELETE FROM token_usage WHERE recorded_at < ${TIME}`,
  idx_token_usage_request: `SELECT * FROM token_usage WHERE request_id = 'r'`,
  idx_token_usage_unpriced: `SELECT provider, model, count(*) FROM token_usage WHERE cost_nanos IS NULL GROUP BY provider, model`,
  idx_usage_limits_user_project: `SELECT * FROM usage_limits WHERE user_id = 'u' AND coalesce(project_id, '') IN ('', 'p')`,
  idx_usage_limits_project: `SELECT * FROM usage_limits WHERE project_id = 'p'`,
  idx_api_call_traces_token: 'SELECT * FROM api_call_traces WHERE token_id = 1 ORDER BY traced_at DESC LIMIT 50',
  idx_api_call_traces_traced: `DELETE FROM api_call_traces WHERE traced_at < ${TIME}`,
  idx_api_call_traces_request: `SELECT * FROM api_call_traces WHERE request_id = 'r'`,
  idx_audit_log_entity: `SELECT * FROM audit_log WHERE entity_type = 'token' AND entity_id = '1' ORDER BY logged_at`,
  idx_audit_log_actor: `SELECT * FROM audit_log WHERE actor_user_id = 'u' AND logged_at ${SPAN} ORDER BY logged_at`,
  idx_users_active_role: `SELECT count(*) FROM users WHERE role = 'admin' AND is_active = 1`,
  idx_users_email: `SELECT * FROM users WHERE email = 'A@B.C' COLLATE NOCASE`,
  idx_users_last_login: `SELECT id FROM users WHERE deleted_at IS NULL AND last_login < ${TIME} ORDER BY last_login`,
  idx_users_suspended: 'SELECT id FROM users WHERE suspended_at IS NOT NULL ORDER BY suspended_at',
  idx_users_deleted: `SELECT id FROM users WHERE deleted_at < ${TIME}`,
  idx_token_blacklist_expiry: `DELETE FROM token_blacklist WHERE expires_at < ${TIME}`,
  idx_ai_provider_keys_user: `SELECT * FROM ai_provider_keys WHERE user_id = 'u' ORDER BY created_at DESC`,
  idx_ai_provider_keys_provider: `SELECT * FROM ai_provider_keys WHERE provider = 'openai' AND is_enabled = 1 ORDER BY last_used_at LIMIT 1`,
  idx_ai_provider_keys_master_key: `SELECT id FROM ai_provider_keys WHERE master_key_id = 'old'`,
  idx_project_provider_key_assignments_key:
    'SELECT project_id FROM project_provider_key_assignments WHERE provider_key_id = 1',
  idx_user_audit_log_target: `SELECT * FROM user_audit_log WHERE target_user_id = 'u' ORDER BY timestamp`,
  idx_user_audit_log_performer: `SELECT * FROM user_audit_log WHERE performed_by = 'u' ORDER BY timestamp`,
  idx_user_audit_log_operation: `SELECT * FROM user_audit_log WHERE operation = 'role_change' AND timestamp ${SPAN}`,
  idx_user_audit_log_timestamp: `SELECT * FROM user_audit_log WHERE timestamp ${SPAN} ORDER BY timestamp`,
  idx_agents_name: `SELECT * FROM agents WHERE name = 'Summariser' COLLATE NOCASE`,
  _holds_open: `SELECT * FROM _holds WHERE user_id = 'u' AND state = 'held' AND expires_at <= ${TIME} ORDER BY expires_at`,
  _idempotency_keys_age: `SELECT key_hash FROM _idempotency_keys WHERE started_at < ${TIME} LIMIT 500`,
};

describe('each index', () => {
  using database = migratedDatabase();
  const planOf = (query: string) =>
    database.connection
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`)
      .all()
      .map(({ detail }) => detail);
  const plans = new Map(Object.entries(QUERIES).map(([index, query]) => [index, planOf(query)]));
  const indexes = database.connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .pluck()
    .all();

  test('has a query here', () => {
    expect([...plans.keys()].toSorted()).toEqual(indexes.toSorted());
  });

  test.each([...plans])('%s answers its query in one step, in order', (index, plan) => {
    expect(plan).toHaveLength(1);
    expect(plan[0]).toMatch(new RegExp(String.raw`^(SEARCH|SCAN) \w+ USING (COVERING )?INDEX ${index}\b`));
  });
});
