-- 006_user_audit_log
-- Why:      who changed which account, how and why, in a log that only grows and shows edits.
-- Adds:     user_audit_log
-- Rewrites: nothing
-- Locks:    none (new table)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE user_audit_log (
  id             bigint PRIMARY KEY,  -- see the trigger that gives it
  operation      text COLLATE "C" NOT NULL
    CHECK (operation IN ('create', 'suspend', 'activate', 'delete', 'role_change', 'password_reset')),
  target_user_id text COLLATE "C" NOT NULL CHECK (length(target_user_id) BETWEEN 1 AND 500),
  performed_by   text COLLATE "C" NOT NULL CHECK (length(performed_by) BETWEEN 1 AND 500),
  timestamp      bigint NOT NULL CHECK (timestamp >= 1000000000000),
  previous_state text COLLATE "C"
    CHECK (previous_state IS NULL OR previous_state::json IS NOT NULL) CHECK (octet_length(previous_state) <= 1048576),
  new_state      text COLLATE "C"
    CHECK (new_state IS NULL OR new_state::json IS NOT NULL) CHECK (octet_length(new_state) <= 1048576),
  reason         text COLLATE "C" CHECK (length(reason) BETWEEN 1 AND 1000),
  previous_hash  text COLLATE "C" NOT NULL CHECK (length(previous_hash) = 64 AND previous_hash !~ '[^0-9a-f]'),
  hash           text COLLATE "C" NOT NULL CHECK (length(hash) = 64 AND hash !~ '[^0-9a-f]')
);

-- What happened to an account, in order.
CREATE INDEX idx_user_audit_log_target ON user_audit_log (target_user_id, timestamp);
-- What a person did to accounts, in order.
CREATE INDEX idx_user_audit_log_performer ON user_audit_log (performed_by, timestamp);
-- All changes of one kind, in order.
CREATE INDEX idx_user_audit_log_operation ON user_audit_log (operation, timestamp);
-- Everything that happened within a span of time.
CREATE INDEX idx_user_audit_log_timestamp ON user_audit_log (timestamp);

CREATE TRIGGER user_audit_log_refuses_update BEFORE UPDATE ON user_audit_log
FOR EACH ROW EXECUTE FUNCTION append_only_log_refuses();

CREATE TRIGGER user_audit_log_refuses_delete BEFORE DELETE ON user_audit_log
FOR EACH ROW EXECUTE FUNCTION append_only_log_refuses();

CREATE TRIGGER user_audit_log_refuses_truncate BEFORE TRUNCATE ON user_audit_log
FOR EACH STATEMENT EXECUTE FUNCTION append_only_log_refuses();

-- Also ON CONFLICT DO NOTHING says so, instead of leaving the new row out without a word.
CREATE FUNCTION user_audit_log_refuses_replace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM user_audit_log WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'user_audit_log is append-only: a row cannot be replaced'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER user_audit_log_refuses_replace BEFORE INSERT ON user_audit_log
FOR EACH ROW EXECUTE FUNCTION user_audit_log_refuses_replace();

CREATE FUNCTION user_audit_log_continues_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.previous_hash <> coalesce((SELECT hash FROM user_audit_log ORDER BY id DESC LIMIT 1), repeat('0', 64)) THEN
    RAISE EXCEPTION 'user_audit_log is a chain: previous_hash must be the hash of the last row'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER user_audit_log_continues_chain BEFORE INSERT ON user_audit_log
FOR EACH ROW EXECUTE FUNCTION user_audit_log_continues_chain();

CREATE FUNCTION user_audit_log_gives_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.id := 1 + coalesce((SELECT max(id) FROM user_audit_log), 0);
  RETURN NEW;
END
$$;

-- An identity would leave a gap where a transaction was rolled back, and no row could follow it.
CREATE TRIGGER user_audit_log_gives_id BEFORE INSERT ON user_audit_log
FOR EACH ROW WHEN (NEW.id IS NULL) EXECUTE FUNCTION user_audit_log_gives_id();

CREATE FUNCTION user_audit_log_counts_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> 1 + coalesce((SELECT max(id) FROM user_audit_log WHERE id < NEW.id), 0) THEN
    RAISE EXCEPTION 'user_audit_log is a chain: ids count up by one'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER user_audit_log_counts_up AFTER INSERT ON user_audit_log
FOR EACH ROW EXECUTE FUNCTION user_audit_log_counts_up();
