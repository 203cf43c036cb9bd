-- 008_agents
-- Why:      a token can belong to an agent, which may use certain providers only, or be bound to one provider itself.
--           Number 007 is reserved and stays unused.
-- Adds:     agents; api_tokens.agent_id, .provider
-- Rewrites: nothing
-- Locks:    the database while every token is checked once
-- Undo:     restore the backup taken before migrating.

CREATE TABLE agents (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  providers  TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(providers) AND json_type(providers) = 'array') CHECK (length(CAST(providers AS BLOB)) <= 16384),
  created_at INTEGER NOT NULL CHECK (created_at >= 1000000000000),
  CHECK (instr(name, char(0)) = 0)
) STRICT;

-- The agent of a name, however it is written; there is one.
CREATE UNIQUE INDEX idx_agents_name ON agents (name COLLATE NOCASE);

-- RESTRICT: without its agent a token would be free of the agent's restrictions.
ALTER TABLE api_tokens ADD COLUMN agent_id INTEGER REFERENCES agents (id) ON DELETE RESTRICT;
ALTER TABLE api_tokens ADD COLUMN provider TEXT
  CHECK (length(provider) BETWEEN 1 AND 100) CHECK (instr(provider, char(0)) = 0);

-- An agent's tokens. Also ON DELETE RESTRICT.
CREATE INDEX idx_api_tokens_agent ON api_tokens (agent_id) WHERE agent_id IS NOT NULL;
-- The tokens bound to a provider, newest first.
CREATE INDEX idx_api_tokens_provider ON api_tokens (provider, created_at) WHERE provider IS NOT NULL;
