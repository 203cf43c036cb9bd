-- 004_provider_keys
-- Why:      the keys of LLM providers, stored only encrypted (AES-256-GCM), and which projects may use which.
-- Adds:     ai_provider_keys, project_provider_key_assignments
-- Rewrites: nothing
-- Locks:    none (new tables)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE ai_provider_keys (
  id                 INTEGER PRIMARY KEY,
  provider           TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 100),
  encrypted_api_key  BLOB NOT NULL CHECK (length(encrypted_api_key) BETWEEN 17 AND 8192),  -- ends with a 16-byte tag
  encryption_nonce   BLOB NOT NULL CHECK (length(encryption_nonce) = 12),
  master_key_id      TEXT NOT NULL CHECK (length(master_key_id) BETWEEN 1 AND 100),
  masked_key         TEXT NOT NULL CHECK (length(masked_key) BETWEEN 1 AND 24),
  base_url           TEXT CHECK (length(base_url) BETWEEN 1 AND 2000),
  description        TEXT CHECK (length(description) BETWEEN 1 AND 500),
  is_enabled         INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
  created_at         INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  last_used_at       INTEGER CHECK (last_used_at >= 1000000000000),
  balance_nanos      INTEGER,  -- below zero: overdrawn
  balance_updated_at INTEGER CHECK (balance_updated_at >= 1000000000000),
  user_id            TEXT NOT NULL CHECK (length(user_id) BETWEEN 1 AND 500),
  CHECK ((balance_nanos IS NULL) = (balance_updated_at IS NULL)),
  CHECK (instr(
    coalesce(provider, '') || coalesce(master_key_id, '') || coalesce(masked_key, '') ||
      coalesce(base_url, '') || coalesce(description, '') || coalesce(user_id, ''), char(0)
  ) = 0)
) STRICT;

-- A user's keys, newest first.
CREATE INDEX idx_ai_provider_keys_user ON ai_provider_keys (user_id, created_at);
-- The enabled key of a provider that rested longest.
CREATE INDEX idx_ai_provider_keys_provider ON ai_provider_keys (provider, last_used_at) WHERE is_enabled = 1;
-- Keys still under a master key that is being replaced; a nonce used twice under one would break AES-GCM.
CREATE UNIQUE INDEX idx_ai_provider_keys_master_key ON ai_provider_keys (master_key_id, encryption_nonce);

CREATE TABLE project_provider_key_assignments (
  id              INTEGER PRIMARY KEY,
  project_id      TEXT NOT NULL CHECK (length(project_id) BETWEEN 1 AND 500),
  provider_key_id INTEGER NOT NULL REFERENCES ai_provider_keys (id) ON DELETE CASCADE,
  assigned_at     INTEGER NOT NULL CHECK (assigned_at >= 1000000000000),
  UNIQUE (project_id, provider_key_id),
  CHECK (instr(project_id, char(0)) = 0)
) STRICT;

-- The projects that use a key. Also ON DELETE CASCADE.
CREATE INDEX idx_project_provider_key_assignments_key ON project_provider_key_assignments (provider_key_id);
