-- 003_users
-- Why:      people sign in with a password and a role, wrong guesses lock an account for a while, and a session's
--           token that was signed out is refused until it would have expired anyway.
-- Adds:     users, token_blacklist
-- Rewrites: nothing
-- Locks:    none (new tables)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE users (
  id            text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 500),
  username      text COLLATE "C" NOT NULL CHECK (length(username) BETWEEN 1 AND 200),
  -- NULL: cannot sign in.
  password_hash text COLLATE "C" CHECK (password_hash LIKE '$argon2id$%') CHECK (length(password_hash) <= 500),
  email         text COLLATE "C" CHECK (length(email) BETWEEN 3 AND 320),
  name          text COLLATE "C" CHECK (length(name) BETWEEN 1 AND 200),
  role          text COLLATE "C" NOT NULL CHECK (role IN ('admin', 'user', 'viewer')),
  is_active     bigint NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  failed_logins bigint NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
  locked_until  bigint CHECK (locked_until >= 1000000000000),
  created_at    bigint NOT NULL CHECK (created_at >= 1000000000000)
);

-- The account of a user name, and the order of the names: ASCII letters are one whatever their case, which is what
-- lower() makes of them under COLLATE "C"; no other letter is touched. Named as UNIQUE (username) would be.
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
-- Who may still act in a role: the last active admin must stay.
CREATE INDEX idx_users_active_role ON users (role) WHERE is_active = 1;

CREATE TABLE token_blacklist (
  jti            text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(jti) BETWEEN 1 AND 200),
  user_id        text COLLATE "C" NOT NULL CHECK (length(user_id) BETWEEN 1 AND 500),
  blacklisted_at bigint NOT NULL CHECK (blacklisted_at >= 1000000000000),
  expires_at     bigint NOT NULL CHECK (expires_at >= 1000000000000)
);

-- Entries that can go: their token has expired by itself.
CREATE INDEX idx_token_blacklist_expiry ON token_blacklist (expires_at);
