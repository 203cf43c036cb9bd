import type { UserRole } from '../users/user.ts';

/** Why the owner of a token may not act. */
export type OwnerRefusal = 'owner_inactive' | 'owner_suspended' | 'owner_deleted';

/** What is read of a token. */
export interface TokenLookUp {
  readonly id: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly name: string | null;
  readonly agentId: number | null;
  readonly provider: string | null;
  /** JSON. */
  readonly scopes: string;
  readonly isActive: 0 | 1;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** What the owner may do, or why nothing; NULL: the owner lives elsewhere. */
  readonly owner: UserRole | OwnerRefusal | null;
  /** JSON. */
  readonly agentProviders: string | null;
}

/** No joins: SQLite would plan one anew for every call, sub-selects by a unique key it does not. */
const COLUMNS = `
  SELECT id, user_id AS "userId", project_id AS "projectId", name, agent_id AS "agentId", provider, scopes,
    is_active AS "isActive", expires_at AS "expiresAt", revoked_at AS "revokedAt",
    (SELECT CASE WHEN deleted_at IS NOT NULL THEN 'owner_deleted' WHEN suspended_at IS NOT NULL THEN 'owner_suspended'
       WHEN is_active = 0 THEN 'owner_inactive' ELSE role END
     FROM users WHERE users.id = api_tokens.user_id) AS owner,
    (SELECT providers FROM agents WHERE agents.id = api_tokens.agent_id) AS "agentProviders"`;

/** The token of a hash. */
export const LOOK_UP = `${COLUMNS} FROM api_tokens WHERE token_hash = ?`;

/** One of several. */
export interface LookedUpToken extends TokenLookUp {
  readonly tokenHash: string;
}

/** Those of several hashes, on PostgreSQL: {@link LookedUpToken}. */
export const LOOK_UP_ALL = `${COLUMNS}, token_hash AS "tokenHash" FROM api_tokens WHERE token_hash = ANY (?::text[])`;
