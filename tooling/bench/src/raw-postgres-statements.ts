/** What one transaction of calls asks of PostgreSQL, for as many calls as there are in it. */

const TOKEN = `
  token_hash AS "tokenHash", id, user_id AS "userId", project_id AS "projectId", name, agent_id AS "agentId", provider,
  scopes, is_active AS "isActive", expires_at AS "expiresAt", revoked_at AS "revokedAt",
  (SELECT CASE WHEN deleted_at IS NOT NULL THEN 'owner_deleted' WHEN suspended_at IS NOT NULL THEN 'owner_suspended'
     WHEN is_active = 0 THEN 'owner_inactive' ELSE role END
   FROM users WHERE users.id = api_tokens.user_id) AS owner,
  (SELECT providers FROM agents WHERE agents.id = api_tokens.agent_id) AS "agentProviders"`;

export const FIND_TOKEN = `SELECT ${TOKEN} FROM api_tokens WHERE token_hash = $1`;
export const FIND_TOKENS = `SELECT ${TOKEN} FROM api_tokens WHERE token_hash = ANY ($1::text[])`;

const LIMIT = `
  SELECT usage_limits.id, usage_limits.user_id AS "userId", usage_limits.project_id AS "projectId",
    time_zone AS "timeZone", max_tokens_per_day AS "maxTokensPerDay",
    tokens_window_started_at AS "tokensWindowStartedAt", tokens_settled AS "tokensSettled",
    tokens_held AS "tokensHeld", tokens_overage AS "tokensOverage", max_requests_per_minute AS "maxRequestsPerMinute",
    requests_window_started_at AS "requestsWindowStartedAt", requests_settled AS "requestsSettled",
    requests_held AS "requestsHeld", requests_overage AS "requestsOverage",
    max_cost_nanos_per_month AS "maxCostNanosPerMonth", cost_window_started_at AS "costWindowStartedAt",
    cost_settled_nanos AS "costSettledNanos", cost_held_nanos AS "costHeldNanos",
    cost_overage_nanos AS "costOverageNanos", usage_limits.created_at AS "createdAt",
    usage_limits.updated_at AS "updatedAt"
  FROM usage_limits`;

export const LOCK_LIMITS_OF_TOKENS = `${LIMIT}
  WHERE id = ANY (ARRAY (
    SELECT usage_limits.id FROM api_tokens JOIN usage_limits ON usage_limits.user_id = api_tokens.user_id
      AND coalesce(usage_limits.project_id, '') IN ('', coalesce(api_tokens.project_id, ''))
    WHERE token_hash = ANY ($1::text[])))
  ORDER BY usage_limits.id FOR UPDATE`;

export const LOCK_LIMITS_OF_HOLDS = `${LIMIT}
  WHERE id = ANY (ARRAY (
    SELECT limit_id FROM _holds JOIN _hold_limits ON hold_id = _holds.id WHERE request_id = ANY ($1::text[])))
  ORDER BY usage_limits.id FOR UPDATE`;

export const SAVE_LIMITS = `
  UPDATE usage_limits SET
    tokens_window_started_at = new.a, tokens_settled = new.b, tokens_held = new.c, tokens_overage = new.d,
    requests_window_started_at = new.e, requests_settled = new.f, requests_held = new.g, requests_overage = new.h,
    cost_window_started_at = new.i, cost_settled_nanos = new.j, cost_held_nanos = new.k, cost_overage_nanos = new.l
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])
    AS new (id, a, b, c, d, e, f, g, h, i, j, k, l)
  WHERE usage_limits.id = new.id`;

/** The holds, and for each of them the limits that it was taken from. */
export const ADD_HOLDS = `
  WITH made AS (
    INSERT INTO _holds (request_id, token_id, user_id, project_id, provider, model, state, tokens, requests, cost_nanos,
      held_at, expires_at)
    SELECT request_id, token_id, user_id, project_id, $5, $6, 'held', $7, $8, $9, $10, $11
    FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS new (request_id, token_id, user_id, project_id)
    RETURNING id, request_id
  )
  INSERT INTO _hold_limits
  SELECT made.id, limit_id, $14, $15, $16
  FROM unnest($12::text[], $13::bigint[]) AS taken (request_id, limit_id) JOIN made USING (request_id)`;

export const LOCK_HOLDS = `
  SELECT id, request_id AS "requestId", token_id AS "tokenId", user_id AS "userId", project_id AS "projectId", provider,
    model, state, tokens, requests, cost_nanos AS "costNanos", held_at AS "heldAt", expires_at AS "expiresAt",
    ended_at AS "endedAt", end_reason AS "endReason"
  FROM _holds WHERE request_id = ANY ($1::text[]) ORDER BY id FOR UPDATE`;

export const FIND_HOLD_LIMITS = `
  SELECT hold_id AS "holdId", limit_id AS "limitId", tokens_window_started_at AS "tokensWindowStartedAt",
    requests_window_started_at AS "requestsWindowStartedAt", cost_window_started_at AS "costWindowStartedAt"
  FROM _holds JOIN _hold_limits ON hold_id = _holds.id WHERE request_id = ANY ($1::text[])`;

export const END_HOLDS = `UPDATE _holds SET state = 'settled', ended_at = $2 WHERE id = ANY ($1::bigint[])`;

export const ADD_USAGE = `
  INSERT INTO token_usage (token_id, request_id, provider, model, input_tokens, output_tokens, total_tokens,
    requests_count, cost_nanos, price_version, recorded_at)
  SELECT token_id, request_id, $3, $4, $5, $6, $7, $8, $9, $10, $11
  FROM unnest($1::bigint[], $2::text[]) AS new (token_id, request_id)
  WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = token_id)
    AND $11 >= (SELECT pruned_before FROM _usage_horizon WHERE id = 1)
  ON CONFLICT (request_id) WHERE request_id IS NOT NULL DO NOTHING`;
