-- 005_user_enhancements
-- Why:      an account can be suspended, deleted without losing its history, and told to change its password;
--           accounts that nobody uses can be found.
-- Adds:     users.last_login, .suspended_at, .suspended_by, .deleted_at, .deleted_by, .force_password_change
-- Rewrites: nothing
-- Locks:    users while every row is checked once
-- Undo:     restore the backup taken before migrating.

ALTER TABLE users ADD COLUMN last_login bigint CHECK (last_login >= 1000000000000);
ALTER TABLE users ADD COLUMN suspended_at bigint CHECK (suspended_at >= 1000000000000);
ALTER TABLE users ADD COLUMN suspended_by text COLLATE "C" CHECK (length(suspended_by) BETWEEN 1 AND 500);
ALTER TABLE users ADD COLUMN deleted_at bigint CHECK (deleted_at >= 1000000000000);
ALTER TABLE users ADD COLUMN deleted_by text COLLATE "C" CHECK (length(deleted_by) BETWEEN 1 AND 500);
ALTER TABLE users ADD COLUMN force_password_change bigint NOT NULL DEFAULT 0
  CHECK (force_password_change IN (0, 1));

ALTER TABLE users ADD CONSTRAINT users_suspended_by_needs_time
  CHECK (suspended_at IS NOT NULL OR suspended_by IS NULL);
ALTER TABLE users ADD CONSTRAINT users_deleted_by_needs_time
  CHECK (deleted_at IS NOT NULL OR deleted_by IS NULL);

-- The account of an e-mail address, however it is written.
CREATE INDEX idx_users_email ON users (lower(email)) WHERE email IS NOT NULL;
-- Accounts that nobody has used for long, those never used first.
CREATE INDEX idx_users_last_login ON users (last_login NULLS FIRST) WHERE deleted_at IS NULL;
-- Suspended accounts, the longest first.
CREATE INDEX idx_users_suspended ON users (suspended_at) WHERE suspended_at IS NOT NULL;
-- Deleted accounts whose time of keeping is over.
CREATE INDEX idx_users_deleted ON users (deleted_at) WHERE deleted_at IS NOT NULL;
