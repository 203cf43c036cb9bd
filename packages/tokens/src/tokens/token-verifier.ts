import { hash } from 'node:crypto';
import type { Environment, IronDatabase } from '@iron/db';
import type { UserRole } from '../users/user.ts';
import { environmentOf, refuseByText, type TextRefusal } from './fit-environment.ts';
import { LastUses } from './last-uses.ts';
import { parseToken } from './token-format.ts';
import { type TokenState, tokenState } from './token-state.ts';

/** A token that may be used now, and for whom. */
export interface VerifiedToken {
  readonly tokenId: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly name: string | null;
  readonly agentId: number | null;
  /** The provider that the token itself is bound to. */
  readonly provider: string | null;
  /** The providers that the token and its agent both allow; `null`: any. */
  readonly allowedProviders: readonly string[] | null;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; `null`: it does not expire. */
  readonly expiresAt: number | null;
  /** What the account of its owner may do; `null`: the owner has none, and lives elsewhere. */
  readonly ownerRole: UserRole | null;
}

/**
 * Why a token was refused. For the operator, never for whoever showed the token.
 *
 * `malformed`, `mistyped`: no token at all; `other_environment`: made for another one; `well_known`: a development token
 * in production; `unknown`: never issued, or deleted; the others: what became of the token or of its owner.
 */
export type RefusalReason = TextRefusal | 'unknown' | Exclude<TokenState, 'active'> | OwnerRefusal;

type OwnerRefusal = 'owner_inactive' | 'owner_suspended' | 'owner_deleted';

/** A token that was refused. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** `null`: no such token is known. */
  readonly tokenId: number | null;
}

/** A verified token, or why there is none. */
export type Verification =
  | { readonly token: VerifiedToken; readonly refusal?: undefined }
  | { readonly token?: undefined; readonly refusal: Refusal };

/** How a {@link TokenVerifier} is made. */
export interface TokenVerifierOptions {
  /** The clock: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
  /** Whose tokens are accepted. Default: the database's own; a production database accepts no other. */
  readonly environment?: Environment | undefined;
  /** How long the time of a token's last use is kept in memory before it is written. Default: a minute. */
  readonly lastUsedIntervalMs?: number | undefined;
}

/** Verifies tokens synchronously, for a hot path. */
export interface TokenVerifier extends AsyncDisposable {
  /** Looks at the database every time, so that what was committed anywhere before this call counts in it. */
  verify(secret: string): Verification;
  /** Writes the times of last use that are still in memory. The database stays open. */
  close(): Promise<void>;
}

/** What is read of a token. No joins: SQLite would plan one anew for every call, sub-selects by a unique key it does not. */
const LOOK_UP = `
  SELECT id, user_id AS userId, project_id AS projectId, name, agent_id AS agentId, provider, scopes,
    is_active AS isActive, expires_at AS expiresAt, revoked_at AS revokedAt,
    (SELECT CASE WHEN deleted_at IS NOT NULL THEN 'owner_deleted' WHEN suspended_at IS NOT NULL THEN 'owner_suspended'
       WHEN NOT is_active THEN 'owner_inactive' ELSE role END
     FROM users WHERE users.id = api_tokens.user_id) AS owner,
    (SELECT providers FROM agents WHERE agents.id = api_tokens.agent_id) AS agentProviders
  FROM api_tokens WHERE token_hash = ?`;

interface TokenLookUp {
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

const MINUTE_MS = 60_000;

/** Prepares the verification of tokens on a migrated database. */
export function tokenVerifier(database: IronDatabase, options: TokenVerifierOptions = {}): TokenVerifier {
  const now = options.now ?? Date.now;
  const environment = environmentOf(database, options.environment);
  const lookUp = database.connection.prepare<[string], TokenLookUp>(LOOK_UP);
  const lastUses = new LastUses(database, options.lastUsedIntervalMs ?? MINUTE_MS);
  const close = async () => await lastUses.flush();
  return {
    verify(secret) {
      const refusedByText = refuseByText(parseToken(secret), environment);
      if (refusedByText) return { refusal: { reason: refusedByText, tokenId: null } };
      // Of 256 random bits the hash needs no salt, and to compare it by an index tells a guesser nothing of use: what
      // the time of a look-up may give away are leading bits of a hash, from which no token can be made.
      const row = lookUp.get(hash('sha256', secret));
      if (!row) return { refusal: { reason: 'unknown', tokenId: null } };
      const at = now();
      const state = stateOf(row, at);
      if (state !== 'active') return { refusal: { reason: state, tokenId: row.id } };
      const { owner } = row;
      if (isRefusal(owner)) return { refusal: { reason: owner, tokenId: row.id } };
      lastUses.note(row.id, at);
      return { token: toVerifiedToken(row, owner) };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function stateOf({ revokedAt, expiresAt, isActive }: TokenLookUp, now: number): TokenState {
  return tokenState({ revokedAt, expiresAt, isActive: isActive === 1 }, now);
}

function isRefusal(owner: TokenLookUp['owner']): owner is OwnerRefusal {
  return owner?.startsWith('owner_') ?? false;
}

function toVerifiedToken(row: TokenLookUp, ownerRole: UserRole | null): VerifiedToken {
  return {
    tokenId: row.id,
    userId: row.userId,
    projectId: row.projectId,
    name: row.name,
    agentId: row.agentId,
    provider: row.provider,
    allowedProviders: allowedProviders(row.provider, row.agentProviders),
    scopes: readList(row.scopes),
    expiresAt: row.expiresAt,
    ownerRole,
  };
}

function allowedProviders(provider: string | null, agentProviders: string | null): readonly string[] | null {
  if (agentProviders === null) return provider === null ? null : [provider];
  const allowed = readList(agentProviders);
  return provider === null ? allowed : allowed.filter((name) => name === provider);
}

const EMPTY: readonly string[] = Object.freeze([]);

function readList(json: string): readonly string[] {
  if (json === '[]') return EMPTY;
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : EMPTY;
}
