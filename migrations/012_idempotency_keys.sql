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
  key_hash     TEXT PRIMARY KEY CHECK (length(key_hash) = 64 AND key_hash NOT GLOB '*[^0-9a-f]*'),  -- whose, and which
  request_hash TEXT NOT NULL CHECK (length(request_hash) = 64 AND request_hash NOT GLOB '*[^0-9a-f]*'),
  answer       BLOB CHECK (length(answer) BETWEEN 28 AND 1100000),  -- NULL: not answered yet, or interrupted
  started_at   INTEGER NOT NULL CHECK (started_at >= 1000000000000)
) STRICT, WITHOUT ROWID;

-- Keys that are old enough to be forgotten.
CREATE INDEX _idempotency_keys_age ON _idempotency_keys (started_at);
