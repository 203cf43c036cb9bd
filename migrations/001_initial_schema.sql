-- 001_initial_schema
-- Why:      tokens, what each call used and cost, the limits that hold, and a log that shows edits.
--           Times are milliseconds since the epoch, UTC (seconds are refused); money is nano-dollars.
-- Adds:     _iron, api_tokens, token_usage, usage_limits, api_call_traces, audit_log
-- Rewrites: nothing
-- Locks:    none (new tables)
-- Undo:     delete the database file; there was none before.

-- The mark that says a file is Iron's, and which one. Always one row.
CREATE TABLE _iron (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  instance_id TEXT NOT NULL CHECK (length(instance_id) BETWEEN 1 AND 100),
  environment TEXT NOT NULL CHECK (environment IN ('development', 'test', 'production')),
  created_at  INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  seeded_at   INTEGER CHECK (seeded_at >= 1000000000000)
) STRICT;

CREATE TABLE api_tokens (
  id              INTEGER PRIMARY KEY,
  token_hash      TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64 AND token_hash NOT GLOB '*[^0-9a-f]*'),
  user_id         TEXT NOT NULL,  -- not a foreign key: users may live elsewhere
  project_id      TEXT,
  name            TEXT,
  scopes          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
  is_active       INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at      INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  last_used_at    INTEGER CHECK (last_used_at >= 1000000000000),
  expires_at      INTEGER CHECK (expires_at >= 1000000000000),
  revoked_at      INTEGER CHECK (revoked_at >= 1000000000000),
  revoked_reason  TEXT,
  rotated_from_id INTEGER REFERENCES api_tokens (id) ON DELETE SET NULL,
  CHECK (revoked_at IS NOT NULL OR revoked_reason IS NULL),
  CHECK (revoked_at IS NULL OR is_active = 0),
  CHECK (rotated_from_id <> id)
) STRICT;

-- A user's tokens, newest first.
CREATE INDEX idx_api_tokens_user ON api_tokens (user_id, created_at);
-- A project's tokens, newest first.
CREATE INDEX idx_api_tokens_project ON api_tokens (project_id, created_at) WHERE project_id IS NOT NULL;
-- Tokens that expire within a span of time.
CREATE INDEX idx_api_tokens_expiry ON api_tokens (expires_at) WHERE expires_at IS NOT NULL;
-- The token that replaced this one; two rotations at once cannot both win. Also ON DELETE SET NULL.
CREATE UNIQUE INDEX idx_api_tokens_rotated_from ON api_tokens (rotated_from_id) WHERE rotated_from_id IS NOT NULL;

-- The parts of input and output (cached, reasoning, audio) have no sum to hold: OpenAI counts cached tokens within
-- the input, Anthropic beside it, and some totals include thinking that the output does not.
CREATE TABLE token_usage (
  id                  INTEGER PRIMARY KEY,
  token_id            INTEGER NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
  request_id          TEXT,
  provider            TEXT NOT NULL,
  model               TEXT NOT NULL,
  input_tokens        INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens       INTEGER NOT NULL CHECK (output_tokens >= 0),
  cached_input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cached_input_tokens >= 0),
  cache_write_tokens  INTEGER NOT NULL DEFAULT 0 CHECK (cache_write_tokens >= 0),
  reasoning_tokens    INTEGER NOT NULL DEFAULT 0 CHECK (reasoning_tokens >= 0),
  audio_tokens        INTEGER NOT NULL DEFAULT 0 CHECK (audio_tokens >= 0),
  total_tokens        INTEGER NOT NULL CHECK (total_tokens >= input_tokens + output_tokens),
  requests_count      INTEGER NOT NULL DEFAULT 1 CHECK (requests_count >= 0),
  cost_nanos          INTEGER CHECK (cost_nanos >= 0),  -- NULL: unpriced, which is not zero
  price_version       TEXT,
  recorded_at         INTEGER NOT NULL CHECK (recorded_at >= 1000000000000),
  CHECK ((cost_nanos IS NULL) = (price_version IS NULL))
) STRICT;

-- What a token used within a span of time. Also ON DELETE CASCADE.
CREATE INDEX idx_token_usage_token ON token_usage (token_id, recorded_at);
-- Everything used within a span of time; rows older than they are kept.
CREATE INDEX idx_token_usage_recorded ON token_usage (recorded_at);
-- The row of a request: recording it twice counts once.
CREATE UNIQUE INDEX idx_token_usage_request ON token_usage (request_id) WHERE request_id IS NOT NULL;
-- Usage of a model that had no price, to be priced when it has one.
CREATE INDEX idx_token_usage_unpriced ON token_usage (provider, model, recorded_at) WHERE cost_nanos IS NULL;

-- Per dimension: the limit (NULL: none), the window that its counters belong to (0: none yet), what is settled in it,
-- what calls under way hold, and what a provider billed beyond its hold. settled + held never passes the limit.
CREATE TABLE usage_limits (
  id                         INTEGER PRIMARY KEY,
  user_id                    TEXT NOT NULL,
  project_id                 TEXT,  -- NULL: all that the user does
  time_zone                  TEXT NOT NULL DEFAULT 'UTC',
  max_tokens_per_day         INTEGER CHECK (max_tokens_per_day BETWEEN 0 AND 9007199254740991),
  tokens_window_started_at   INTEGER NOT NULL DEFAULT 0
    CHECK (tokens_window_started_at = 0 OR tokens_window_started_at >= 1000000000000),
  tokens_settled             INTEGER NOT NULL DEFAULT 0 CHECK (tokens_settled >= 0),
  tokens_held                INTEGER NOT NULL DEFAULT 0 CHECK (tokens_held >= 0),
  tokens_overage             INTEGER NOT NULL DEFAULT 0 CHECK (tokens_overage >= 0),
  max_requests_per_minute    INTEGER CHECK (max_requests_per_minute BETWEEN 0 AND 9007199254740991),
  requests_window_started_at INTEGER NOT NULL DEFAULT 0
    CHECK (requests_window_started_at = 0 OR requests_window_started_at >= 1000000000000),
  requests_settled           INTEGER NOT NULL DEFAULT 0 CHECK (requests_settled >= 0),
  requests_held              INTEGER NOT NULL DEFAULT 0 CHECK (requests_held >= 0),
  requests_overage           INTEGER NOT NULL DEFAULT 0 CHECK (requests_overage >= 0),
  max_cost_nanos_per_month   INTEGER CHECK (max_cost_nanos_per_month BETWEEN 0 AND 9007199254740991),
  cost_window_started_at     INTEGER NOT NULL DEFAULT 0
    CHECK (cost_window_started_at = 0 OR cost_window_started_at >= 1000000000000),
  cost_settled_nanos         INTEGER NOT NULL DEFAULT 0 CHECK (cost_settled_nanos >= 0),
  cost_held_nanos            INTEGER NOT NULL DEFAULT 0 CHECK (cost_held_nanos >= 0),
  cost_overage_nanos         INTEGER NOT NULL DEFAULT 0 CHECK (cost_overage_nanos >= 0),
  created_at                 INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  updated_at                 INTEGER NOT NULL CHECK (updated_at >= 1000000000000),
  CHECK (coalesce(max_tokens_per_day, max_requests_per_minute, max_cost_nanos_per_month) IS NOT NULL),
  CHECK (tokens_settled + tokens_held <= max_tokens_per_day),
  CHECK (requests_settled + requests_held <= max_requests_per_minute),
  CHECK (cost_settled_nanos + cost_held_nanos <= max_cost_nanos_per_month)
) STRICT;

-- The limits of a call; one per user and project, also where the project is NULL.
CREATE UNIQUE INDEX idx_usage_limits_user_project ON usage_limits (user_id, coalesce(project_id, ''));
-- A project's limits.
CREATE INDEX idx_usage_limits_project ON usage_limits (project_id) WHERE project_id IS NOT NULL;

CREATE TABLE api_call_traces (
  id               INTEGER PRIMARY KEY,
  token_id         INTEGER NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
  request_id       TEXT,
  provider         TEXT NOT NULL,
  model            TEXT NOT NULL,
  endpoint         TEXT NOT NULL,
  request_payload  TEXT,
  response_status  INTEGER CHECK (response_status BETWEEN 100 AND 599),  -- NULL: no answer came
  response_payload TEXT,
  duration_ms      INTEGER NOT NULL CHECK (duration_ms >= 0),
  input_tokens     INTEGER CHECK (input_tokens >= 0),
  output_tokens    INTEGER CHECK (output_tokens >= 0),
  total_tokens     INTEGER CHECK (total_tokens >= 0),
  cost_nanos       INTEGER CHECK (cost_nanos >= 0),
  traced_at        INTEGER NOT NULL CHECK (traced_at >= 1000000000000)
) STRICT;

-- A token's calls within a span of time. Also ON DELETE CASCADE.
CREATE INDEX idx_api_call_traces_token ON api_call_traces (token_id, traced_at);
-- All calls within a span of time; traces older than they are kept.
CREATE INDEX idx_api_call_traces_traced ON api_call_traces (traced_at);
-- The trace of a request.
CREATE INDEX idx_api_call_traces_request ON api_call_traces (request_id) WHERE request_id IS NOT NULL;

-- Append-only, and each row carries the hash of the one before, so that an edit made around the triggers shows.
CREATE TABLE audit_log (
  id            INTEGER PRIMARY KEY,
  entity_type   TEXT NOT NULL,
  entity_id     TEXT NOT NULL,
  action        TEXT NOT NULL,
  actor_user_id TEXT,
  changes       TEXT CHECK (json_valid(changes)),
  logged_at     INTEGER NOT NULL CHECK (logged_at >= 1000000000000),
  ip_address    TEXT,
  user_agent    TEXT,
  previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64 AND previous_hash NOT GLOB '*[^0-9a-f]*'),
  hash          TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT;

-- What happened to an entity, in order.
CREATE INDEX idx_audit_log_entity ON audit_log (entity_type, entity_id, logged_at);
-- What an actor did, in order.
CREATE INDEX idx_audit_log_actor ON audit_log (actor_user_id, logged_at) WHERE actor_user_id IS NOT NULL;

CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'audit_log is append-only: a row cannot be changed');
END;

CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'audit_log is append-only: a row cannot be deleted');
END;

-- INSERT OR REPLACE deletes the old row without firing the trigger above.
CREATE TRIGGER audit_log_refuses_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'audit_log is append-only: a row cannot be replaced');
END;

CREATE TRIGGER audit_log_continues_chain BEFORE INSERT ON audit_log
WHEN NEW.previous_hash <> coalesce(
  (SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1),
  '0000000000000000000000000000000000000000000000000000000000000000'
)
BEGIN
  SELECT RAISE(ABORT, 'audit_log is a chain: previous_hash must be the hash of the last row');
END;

-- Before the insert SQLite does not know the id that it will give; after it, a gap or a step back shows.
CREATE TRIGGER audit_log_counts_up AFTER INSERT ON audit_log
WHEN NEW.id <> 1 + coalesce((SELECT max(id) FROM audit_log WHERE id < NEW.id), 0)
BEGIN
  SELECT RAISE(ABORT, 'audit_log is a chain: ids count up by one');
END;
