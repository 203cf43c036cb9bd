-- 010_usage_rollups
-- Why:      reports over millions of calls answer at once: each usage row is added, in its own transaction and whoever
--           writes it, to the sums of its token's day and of its model's day and quarter of an hour. (Every time zone
--           in use is whole quarters of an hour away from UTC.)
-- Adds:     _usage_by_token, _usage_by_model, _usage_by_model_quarter, _usage_horizon
-- Rewrites: nothing; the sums of the rows that are there are made from them
-- Locks:    the database while those sums are made
-- Undo:     restore the backup taken before migrating.

-- Days are UTC days, by the millisecond that they start at.
CREATE TABLE _usage_by_token (
  token_id            INTEGER NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
  day                 INTEGER NOT NULL CHECK (day % 86400000 = 0),
  requests            INTEGER NOT NULL,
  input_tokens        INTEGER NOT NULL,
  output_tokens       INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens  INTEGER NOT NULL,
  reasoning_tokens    INTEGER NOT NULL,
  audio_tokens        INTEGER NOT NULL,
  total_tokens        INTEGER NOT NULL,
  cost_nanos          INTEGER NOT NULL,  -- of what has a price
  unpriced_requests   INTEGER NOT NULL,
  PRIMARY KEY (token_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE _usage_by_model (
  day                 INTEGER NOT NULL CHECK (day % 86400000 = 0),
  provider            TEXT NOT NULL,
  model               TEXT NOT NULL,
  requests            INTEGER NOT NULL,
  input_tokens        INTEGER NOT NULL,
  output_tokens       INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens  INTEGER NOT NULL,
  reasoning_tokens    INTEGER NOT NULL,
  audio_tokens        INTEGER NOT NULL,
  total_tokens        INTEGER NOT NULL,
  cost_nanos          INTEGER NOT NULL,
  unpriced_requests   INTEGER NOT NULL,
  PRIMARY KEY (day, provider, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE _usage_by_model_quarter (
  quarter             INTEGER NOT NULL CHECK (quarter % 900000 = 0),
  provider            TEXT NOT NULL,
  model               TEXT NOT NULL,
  requests            INTEGER NOT NULL,
  input_tokens        INTEGER NOT NULL,
  output_tokens       INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens  INTEGER NOT NULL,
  reasoning_tokens    INTEGER NOT NULL,
  audio_tokens        INTEGER NOT NULL,
  total_tokens        INTEGER NOT NULL,
  cost_nanos          INTEGER NOT NULL,
  unpriced_requests   INTEGER NOT NULL,
  PRIMARY KEY (quarter, provider, model)
) STRICT, WITHOUT ROWID;

-- Usage rows recorded before this moment may have been dropped for their age; their sums stay. Always one row.
CREATE TABLE _usage_horizon (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  pruned_before INTEGER NOT NULL CHECK (pruned_before >= 0 AND pruned_before % 86400000 = 0)
) STRICT;

INSERT INTO _usage_horizon (id, pruned_before) VALUES (1, 0);

INSERT INTO _usage_by_token
SELECT
  token_id, recorded_at - recorded_at % 86400000,
  sum(requests_count), sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(cache_write_tokens),
  sum(reasoning_tokens), sum(audio_tokens), sum(total_tokens), sum(coalesce(cost_nanos, 0)),
  sum(iif(cost_nanos IS NULL, requests_count, 0))
FROM token_usage
WHERE token_id IN (SELECT id FROM api_tokens)  -- programs that do not enforce references leave rows without a token
GROUP BY 1, 2;

INSERT INTO _usage_by_model
SELECT
  recorded_at - recorded_at % 86400000, provider, model,
  sum(requests_count), sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(cache_write_tokens),
  sum(reasoning_tokens), sum(audio_tokens), sum(total_tokens), sum(coalesce(cost_nanos, 0)),
  sum(iif(cost_nanos IS NULL, requests_count, 0))
FROM token_usage GROUP BY 1, 2, 3;

INSERT INTO _usage_by_model_quarter
SELECT
  recorded_at - recorded_at % 900000, provider, model,
  sum(requests_count), sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(cache_write_tokens),
  sum(reasoning_tokens), sum(audio_tokens), sum(total_tokens), sum(coalesce(cost_nanos, 0)),
  sum(iif(cost_nanos IS NULL, requests_count, 0))
FROM token_usage GROUP BY 1, 2, 3;

CREATE TRIGGER token_usage_adds_up AFTER INSERT ON token_usage
BEGIN
  INSERT INTO _usage_by_token VALUES (
    NEW.token_id, NEW.recorded_at - NEW.recorded_at % 86400000, NEW.requests_count, NEW.input_tokens,
    NEW.output_tokens, NEW.cached_input_tokens, NEW.cache_write_tokens, NEW.reasoning_tokens, NEW.audio_tokens,
    NEW.total_tokens, coalesce(NEW.cost_nanos, 0), iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0)
  )
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    audio_tokens = audio_tokens + excluded.audio_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    cost_nanos = cost_nanos + excluded.cost_nanos,
    unpriced_requests = unpriced_requests + excluded.unpriced_requests;
  INSERT INTO _usage_by_model VALUES (
    NEW.recorded_at - NEW.recorded_at % 86400000, NEW.provider, NEW.model, NEW.requests_count, NEW.input_tokens,
    NEW.output_tokens, NEW.cached_input_tokens, NEW.cache_write_tokens, NEW.reasoning_tokens, NEW.audio_tokens,
    NEW.total_tokens, coalesce(NEW.cost_nanos, 0), iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0)
  )
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    audio_tokens = audio_tokens + excluded.audio_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    cost_nanos = cost_nanos + excluded.cost_nanos,
    unpriced_requests = unpriced_requests + excluded.unpriced_requests;
  INSERT INTO _usage_by_model_quarter VALUES (
    NEW.recorded_at - NEW.recorded_at % 900000, NEW.provider, NEW.model, NEW.requests_count, NEW.input_tokens,
    NEW.output_tokens, NEW.cached_input_tokens, NEW.cache_write_tokens, NEW.reasoning_tokens, NEW.audio_tokens,
    NEW.total_tokens, coalesce(NEW.cost_nanos, 0), iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0)
  )
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    audio_tokens = audio_tokens + excluded.audio_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    cost_nanos = cost_nanos + excluded.cost_nanos,
    unpriced_requests = unpriced_requests + excluded.unpriced_requests;
END;

-- A row that was unpriced gets its price, or another one.
CREATE TRIGGER token_usage_adds_up_price AFTER UPDATE OF cost_nanos ON token_usage
BEGIN
  UPDATE _usage_by_token SET
    cost_nanos = cost_nanos + coalesce(NEW.cost_nanos, 0) - coalesce(OLD.cost_nanos, 0),
    unpriced_requests = unpriced_requests
      + iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0) - iif(OLD.cost_nanos IS NULL, OLD.requests_count, 0)
  WHERE token_id = OLD.token_id AND day = OLD.recorded_at - OLD.recorded_at % 86400000;
  UPDATE _usage_by_model SET
    cost_nanos = cost_nanos + coalesce(NEW.cost_nanos, 0) - coalesce(OLD.cost_nanos, 0),
    unpriced_requests = unpriced_requests
      + iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0) - iif(OLD.cost_nanos IS NULL, OLD.requests_count, 0)
  WHERE day = OLD.recorded_at - OLD.recorded_at % 86400000 AND provider = OLD.provider AND model = OLD.model;
  UPDATE _usage_by_model_quarter SET
    cost_nanos = cost_nanos + coalesce(NEW.cost_nanos, 0) - coalesce(OLD.cost_nanos, 0),
    unpriced_requests = unpriced_requests
      + iif(NEW.cost_nanos IS NULL, NEW.requests_count, 0) - iif(OLD.cost_nanos IS NULL, OLD.requests_count, 0)
  WHERE quarter = OLD.recorded_at - OLD.recorded_at % 900000 AND provider = OLD.provider AND model = OLD.model;
END;

-- A token that is deleted takes its usage with it, out of the sums of the models, too. A row that is dropped for its
-- age still has its token, and stays in the sums.
CREATE TRIGGER token_usage_leaves_with_its_token AFTER DELETE ON token_usage
WHEN NOT EXISTS (SELECT 1 FROM api_tokens WHERE id = OLD.token_id)
BEGIN
  UPDATE _usage_by_model SET
    requests = requests - OLD.requests_count,
    input_tokens = input_tokens - OLD.input_tokens,
    output_tokens = output_tokens - OLD.output_tokens,
    cached_input_tokens = cached_input_tokens - OLD.cached_input_tokens,
    cache_write_tokens = cache_write_tokens - OLD.cache_write_tokens,
    reasoning_tokens = reasoning_tokens - OLD.reasoning_tokens,
    audio_tokens = audio_tokens - OLD.audio_tokens,
    total_tokens = total_tokens - OLD.total_tokens,
    cost_nanos = cost_nanos - coalesce(OLD.cost_nanos, 0),
    unpriced_requests = unpriced_requests - iif(OLD.cost_nanos IS NULL, OLD.requests_count, 0)
  WHERE day = OLD.recorded_at - OLD.recorded_at % 86400000 AND provider = OLD.provider AND model = OLD.model;
  UPDATE _usage_by_model_quarter SET
    requests = requests - OLD.requests_count,
    input_tokens = input_tokens - OLD.input_tokens,
    output_tokens = output_tokens - OLD.output_tokens,
    cached_input_tokens = cached_input_tokens - OLD.cached_input_tokens,
    cache_write_tokens = cache_write_tokens - OLD.cache_write_tokens,
    reasoning_tokens = reasoning_tokens - OLD.reasoning_tokens,
    audio_tokens = audio_tokens - OLD.audio_tokens,
    total_tokens = total_tokens - OLD.total_tokens,
    cost_nanos = cost_nanos - coalesce(OLD.cost_nanos, 0),
    unpriced_requests = unpriced_requests - iif(OLD.cost_nanos IS NULL, OLD.requests_count, 0)
  WHERE quarter = OLD.recorded_at - OLD.recorded_at % 900000 AND provider = OLD.provider AND model = OLD.model;
END;
