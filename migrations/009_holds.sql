-- 009_holds
-- Why:      what a call under way may use is taken out of its limits before it starts, and each such hold is a row, so
--           that a crash leaves behind what to give back, and to which window of which limit.
-- Adds:     _holds, _hold_limits
-- Rewrites: nothing
-- Locks:    none (new tables)
-- Undo:     restore the backup taken before migrating.

-- One call has one hold, named by its request id. A finished hold stays for a while, so that its end is known.
CREATE TABLE _holds (
  id         INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) BETWEEN 1 AND 200),
  token_id   INTEGER,  -- no foreign key: it would need an index; see the trigger below
  user_id    TEXT NOT NULL CHECK (length(user_id) BETWEEN 1 AND 500),
  project_id TEXT CHECK (length(project_id) BETWEEN 1 AND 500),
  provider   TEXT CHECK (length(provider) BETWEEN 1 AND 100),
  model      TEXT CHECK (length(model) BETWEEN 1 AND 200),
  state      TEXT NOT NULL CHECK (state IN ('held', 'settled', 'released', 'expired')),
  tokens     INTEGER NOT NULL CHECK (tokens >= 0),
  requests   INTEGER NOT NULL CHECK (requests >= 0),
  cost_nanos INTEGER NOT NULL CHECK (cost_nanos >= 0),
  held_at    INTEGER NOT NULL CHECK (held_at >= 1000000000000),
  expires_at INTEGER NOT NULL CHECK (expires_at >= 1000000000000),
  ended_at   INTEGER CHECK (ended_at >= 1000000000000),
  end_reason TEXT CHECK (length(end_reason) BETWEEN 1 AND 500),  -- why it was released, if somebody said so
  CHECK ((state = 'held') = (ended_at IS NULL)),
  CHECK (state = 'released' OR end_reason IS NULL),
  CHECK (instr(
    coalesce(request_id, '') || coalesce(user_id, '') || coalesce(project_id, '') ||
      coalesce(provider, '') || coalesce(model, '') || coalesce(end_reason, ''), char(0)
  ) = 0)
) STRICT;

-- A user's holds whose time is over, to be given back when their room is needed.
CREATE INDEX _holds_open ON _holds (user_id, expires_at) WHERE state = 'held';

-- The limits that a hold was taken from, and of each dimension the window that it counts in.
CREATE TABLE _hold_limits (
  hold_id                    INTEGER NOT NULL REFERENCES _holds (id) ON DELETE CASCADE,
  limit_id                   INTEGER NOT NULL,  -- no foreign key: it would need an index; see the trigger below
  tokens_window_started_at   INTEGER NOT NULL CHECK (tokens_window_started_at >= 0),
  requests_window_started_at INTEGER NOT NULL CHECK (requests_window_started_at >= 0),
  cost_window_started_at     INTEGER NOT NULL CHECK (cost_window_started_at >= 0),
  PRIMARY KEY (hold_id, limit_id)
) STRICT, WITHOUT ROWID;

-- The id of a limit or a token that is gone may be given again; a hold must not then count against a stranger.
CREATE TRIGGER usage_limits_leaves_no_holds AFTER DELETE ON usage_limits
BEGIN
  DELETE FROM _hold_limits WHERE limit_id = OLD.id;
END;

CREATE TRIGGER api_tokens_leaves_no_holds AFTER DELETE ON api_tokens
BEGIN
  UPDATE _holds SET token_id = NULL WHERE token_id = OLD.id;
END;
