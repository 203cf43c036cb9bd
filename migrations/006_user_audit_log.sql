-- 006_user_audit_log
-- Why:      who changed which account, how and why, in a log that only grows and shows edits.
-- Adds:     user_audit_log
-- Rewrites: nothing
-- Locks:    none (new table)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE user_audit_log (
  id             INTEGER PRIMARY KEY,
  operation      TEXT NOT NULL
    CHECK (operation IN ('create', 'suspend', 'activate', 'delete', 'role_change', 'password_reset')),
  target_user_id TEXT NOT NULL CHECK (length(target_user_id) BETWEEN 1 AND 500),
  performed_by   TEXT NOT NULL CHECK (length(performed_by) BETWEEN 1 AND 500),
  timestamp      INTEGER NOT NULL CHECK (timestamp >= 1000000000000),
  previous_state TEXT CHECK (json_valid(previous_state)) CHECK (length(CAST(previous_state AS BLOB)) <= 1048576),
  new_state      TEXT CHECK (json_valid(new_state)) CHECK (length(CAST(new_state AS BLOB)) <= 1048576),
  reason         TEXT CHECK (length(reason) BETWEEN 1 AND 1000),
  previous_hash  TEXT NOT NULL CHECK (length(previous_hash) = 64 AND previous_hash NOT GLOB '*[^0-9a-f]*'),
  hash           TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  CHECK (instr(coalesce(target_user_id, '') || coalesce(performed_by, '') || coalesce(reason, ''), char(0)) = 0)
) STRICT;

-- What happened to an account, in order.
CREATE INDEX idx_user_audit_log_target ON user_audit_log (target_user_id, timestamp);
-- What a person did to accounts, in order.
CREATE INDEX idx_user_audit_log_performer ON user_audit_log (performed_by, timestamp);
-- All changes of one kind, in order.
CREATE INDEX idx_user_audit_log_operation ON user_audit_log (operation, timestamp);
-- Everything that happened within a span of time.
CREATE INDEX idx_user_audit_log_timestamp ON user_audit_log (timestamp);

CREATE TRIGGER user_audit_log_refuses_update BEFORE UPDATE ON user_audit_log
BEGIN
  SELECT RAISE(ABORT, 'user_audit_log is append-only: a row cannot be changed');
END;

CREATE TRIGGER user_audit_log_refuses_delete BEFORE DELETE ON user_audit_log
BEGIN
  SELECT RAISE(ABORT, 'user_audit_log is append-only: a row cannot be deleted');
END;

-- INSERT OR REPLACE deletes the old row without firing the trigger above.
CREATE TRIGGER user_audit_log_refuses_replace BEFORE INSERT ON user_audit_log
WHEN EXISTS (SELECT 1 FROM user_audit_log WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'user_audit_log is append-only: a row cannot be replaced');
END;

CREATE TRIGGER user_audit_log_continues_chain BEFORE INSERT ON user_audit_log
WHEN NEW.previous_hash <> coalesce(
  (SELECT hash FROM user_audit_log ORDER BY id DESC LIMIT 1),
  '0000000000000000000000000000000000000000000000000000000000000000'
)
BEGIN
  SELECT RAISE(ABORT, 'user_audit_log is a chain: previous_hash must be the hash of the last row');
END;

-- Before the insert SQLite does not know the id that it will give; after it, a gap or a step back shows.
CREATE TRIGGER user_audit_log_counts_up AFTER INSERT ON user_audit_log
WHEN NEW.id <> 1 + coalesce((SELECT max(id) FROM user_audit_log WHERE id < NEW.id), 0)
BEGIN
  SELECT RAISE(ABORT, 'user_audit_log is a chain: ids count up by one');
END;
