-- 012_idempotency_keys
-- Why:      whoever repeats a request because its answer was lost names it by a key, and a key is carried out once; so
--           keys outlive the process that took them.
-- Adds:     _idempotency_keys
-- Rewrites: nothing
-- Locks:    none (new table)
-- Undo:     restore the backup taken before migrating.

-- The answer may hold a new secret. It is sealed under a key made of the asker's own token, which is not in the
-- database, so that nobody but the asker can open it.
CREATE TABLE _idempotency_keys (
  -- Whose, and which.
  key_hash     text COLLATE "C" PRIMARY KEY CHECK (length(key_hash) = 64 AND key_hash !~ '[^0-9a-f]'),
  request_hash text COLLATE "C" NOT NULL CHECK (length(request_hash) = 64 AND request_hash !~ '[^0-9a-f]'),
  answer       bytea CHECK (length(answer) BETWEEN 28 AND 1100000),  -- NULL: not answered yet, or interrupted
  started_at   bigint NOT NULL CHECK (started_at >= 1000000000000)
);

-- Keys that are old enough to be forgotten.
CREATE INDEX _idempotency_keys_age ON _idempotency_keys (started_at);
