-- 002_length_constraints
-- Why:      no text is empty or without bounds, whoever writes it. Names are counted in characters, payloads and JSON
--           in bytes. The checks of SQLite that refuse NUL have no counterpart here or in any later migration: text
--           cannot hold it in PostgreSQL.
-- Adds:     named CHECK constraints on api_tokens, token_usage, usage_limits, api_call_traces, audit_log
-- Rewrites: nothing
-- Locks:    the five tables while every row of each is checked once
-- Undo:     ALTER TABLE … DROP CONSTRAINT …, or restore the backup taken before migrating.

ALTER TABLE api_tokens
  ADD CONSTRAINT api_tokens_user_id_length CHECK (length(user_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT api_tokens_project_id_length CHECK (length(project_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT api_tokens_name_length CHECK (length(name) BETWEEN 1 AND 200),
  ADD CONSTRAINT api_tokens_revoked_reason_length CHECK (length(revoked_reason) BETWEEN 1 AND 500),
  ADD CONSTRAINT api_tokens_scopes_bytes CHECK (octet_length(scopes) <= 16384);

ALTER TABLE token_usage
  ADD CONSTRAINT token_usage_request_id_length CHECK (length(request_id) BETWEEN 1 AND 200),
  ADD CONSTRAINT token_usage_provider_length CHECK (length(provider) BETWEEN 1 AND 100),
  ADD CONSTRAINT token_usage_model_length CHECK (length(model) BETWEEN 1 AND 200),
  ADD CONSTRAINT token_usage_price_version_length CHECK (length(price_version) BETWEEN 1 AND 100);

ALTER TABLE usage_limits
  ADD CONSTRAINT usage_limits_user_id_length CHECK (length(user_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT usage_limits_project_id_length CHECK (length(project_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT usage_limits_time_zone_length CHECK (length(time_zone) BETWEEN 1 AND 64);

ALTER TABLE api_call_traces
  ADD CONSTRAINT api_call_traces_request_id_length CHECK (length(request_id) BETWEEN 1 AND 200),
  ADD CONSTRAINT api_call_traces_provider_length CHECK (length(provider) BETWEEN 1 AND 100),
  ADD CONSTRAINT api_call_traces_model_length CHECK (length(model) BETWEEN 1 AND 200),
  ADD CONSTRAINT api_call_traces_endpoint_length CHECK (length(endpoint) BETWEEN 1 AND 2000),
  ADD CONSTRAINT api_call_traces_request_payload_bytes CHECK (octet_length(request_payload) <= 1048576),
  ADD CONSTRAINT api_call_traces_response_payload_bytes CHECK (octet_length(response_payload) <= 1048576);

ALTER TABLE audit_log
  ADD CONSTRAINT audit_log_entity_type_length CHECK (length(entity_type) BETWEEN 1 AND 100),
  ADD CONSTRAINT audit_log_entity_id_length CHECK (length(entity_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT audit_log_action_length CHECK (length(action) BETWEEN 1 AND 100),
  ADD CONSTRAINT audit_log_actor_user_id_length CHECK (length(actor_user_id) BETWEEN 1 AND 500),
  ADD CONSTRAINT audit_log_changes_bytes CHECK (octet_length(changes) <= 1048576),
  ADD CONSTRAINT audit_log_ip_address_length CHECK (length(ip_address) BETWEEN 1 AND 100),
  ADD CONSTRAINT audit_log_user_agent_length CHECK (length(user_agent) BETWEEN 1 AND 1000);
