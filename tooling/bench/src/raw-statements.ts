/** What `AdmissionController` asks of SQLite for one call, statement by statement. */

export const FIND_TOKEN = `
  SELECT id, user_id AS userId, project_id AS projectId, name, agent_id AS agentId, provider, scopes,
    is_active AS isActive, expires_at AS expiresAt, revoked_at AS revokedAt,
    (SELECT CASE WHEN deleted_at IS NOT NULL THEN 'owner_deleted' WHEN suspended_at IS NOT NULL THEN 'owner_suspended'
       WHEN NOT is_active THEN 'owner_inactive' ELSE role END
     FROM users WHERE users.id = api_tokens.user_id) AS owner,
    (SELECT providers FROM agents WHERE agents.id = api_tokens.agent_id) AS agentProviders
  FROM api_tokens WHERE token_hash = ?`;

const LIMIT = `
  SELECT id, user_id AS userId, project_id AS projectId, time_zone AS timeZone,
    max_tokens_per_day AS maxTokensPerDay, tokens_window_started_at AS tokensWindowStartedAt,
    tokens_settled AS tokensSettled, tokens_held AS tokensHeld, tokens_overage AS tokensOverage,
    max_requests_per_minute AS maxRequestsPerMinute, requests_window_started_at AS requestsWindowStartedAt,
    requests_settled AS requestsSettled, requests_held AS requestsHeld, requests_overage AS requestsOverage,
    max_cost_nanos_per_month AS maxCostNanosPerMonth, cost_window_started_at AS costWindowStartedAt,
    cost_settled_nanos AS costSettledNanos, cost_held_nanos AS costHeldNanos, cost_overage_nanos AS costOverageNanos,
    created_at AS createdAt, updated_at AS updatedAt
  FROM usage_limits`;

export const FIND_LIMIT_OF = `${LIMIT} WHERE user_id = ? AND coalesce(project_id, '') = ?`;
export const FIND_LIMIT = `${LIMIT} WHERE id = ?`;

export const SAVE_LIMIT = `
  UPDATE usage_limits SET
    tokens_window_started_at = ?, tokens_settled = ?, tokens_held = ?, tokens_overage = ?,
    requests_window_started_at = ?, requests_settled = ?, requests_held = ?, requests_overage = ?,
    cost_window_started_at = ?, cost_settled_nanos = ?, cost_held_nanos = ?, cost_overage_nanos = ?
  WHERE id = ?`;

export const ADD_HOLD = `
  INSERT INTO _holds (request_id, token_id, user_id, project_id, provider, model, state, tokens, requests, cost_nanos,
    held_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?, ?, ?, ?)`;

export const ADD_HOLD_LIMIT = 'INSERT INTO _hold_limits VALUES (?, ?, ?, ?, ?)';

export const FIND_HOLD = `
  SELECT id, request_id AS requestId, token_id AS tokenId, user_id AS userId, project_id AS projectId, provider, model,
    state, tokens, requests, cost_nanos AS costNanos, held_at AS heldAt, expires_at AS expiresAt, ended_at AS endedAt,
    end_reason AS endReason
  FROM _holds WHERE request_id = ?`;

export const FIND_HOLD_LIMITS = `
  SELECT hold_id AS holdId, limit_id AS limitId, tokens_window_started_at AS tokensWindowStartedAt,
    requests_window_started_at AS requestsWindowStartedAt, cost_window_started_at AS costWindowStartedAt
  FROM _hold_limits WHERE hold_id = ?`;

export const END_HOLD = 'UPDATE _holds SET state = ?, ended_at = ?, end_reason = NULL WHERE id = ?';

export const ADD_USAGE = `
  INSERT INTO token_usage (
    token_id, request_id, provider, model, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
    reasoning_tokens, audio_tokens, total_tokens, requests_count, cost_nanos, price_version, recorded_at
  )
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
  WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = ?)
    AND ? >= (SELECT pruned_before FROM _usage_horizon WHERE id = 1)
  ON CONFLICT (request_id) WHERE request_id IS NOT NULL DO NOTHING`;
