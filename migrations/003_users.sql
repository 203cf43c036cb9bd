-- 003_users
-- Why:      people sign in with a password and a role, wrong guesses lock an account for a while, and a session's
--           token that was signed out is refused until it would have expired anyway.
-- Adds:     users, token_blacklist
-- Rewrites: nothing
-- Locks:    none (new tables)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE users (
  id            TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 500),
  username      TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(username) BETWEEN 1 AND 200),
  -- NULL: cannot sign in.
  password_hash TEXT CHECK (password_hash GLOB '$argon2id$*') CHECK (length(password_hash) <= 500),
  email         TEXT CHECK (length(email) BETWEEN 3 AND 320),
  name          TEXT CHECK (length(name) BETWEEN 1 AND 200),
  role          TEXT NOT NULL CHECK (role IN ('admin', 'user', 'viewer')),
  is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  failed_logins INTEGER NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
  locked_until  INTEGER CHECK (locked_until >= 1000000000000),
  created_at    INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  CHECK (instr(
    coalesce(id, '') || coalesce(username, '') || coalesce(password_hash, '') || coalesce(email, '') ||
      coalesce(name, ''), char(0)
  ) = 0)
) STRICT;

-- Who may still act in a role: the last active admin must stay.
CREATE INDEX idx_users_active_role ON users (role) WHERE is_active = 1;

CREATE TABLE token_blacklist (
  jti            TEXT NOT NULL PRIMARY KEY CHECK (length(jti) BETWEEN 1 AND 200),
  user_id        TEXT NOT NULL CHECK (length(user_id) BETWEEN 1 AND 500),
  blacklisted_at INTEGER NOT NULL CHECK (blacklisted_at >= 1000000000000),
  expires_at     INTEGER NOT NULL CHECK (expires_at >= 1000000000000),
  CHECK (instr(coalesce(jti, '') || coalesce(user_id, ''), char(0)) = 0)
) STRICT;

-- Entries that can go: their token has expired by itself.
CREATE INDEX idx_token_blacklist_expiry ON token_blacklist (expires_at);
