import { sql } from '@iron/db/drizzle';
import { schema } from '@iron/db';

/** What became of a token by itself, whoever owns it. */
export type TokenState = 'active' | 'inactive' | 'expired' | 'revoked';

/** What can have become of a token. */
export const TOKEN_STATES = ['active', 'inactive', 'expired', 'revoked'] as const satisfies readonly TokenState[];

/** What of a token decides its state. Times are milliseconds since the epoch. */
export interface TokenLife {
  readonly revokedAt: number | null;
  /** The first moment at which it does not work any more. */
  readonly expiresAt: number | null;
  readonly isActive: boolean;
}

/** The state of a token; what cannot be undone goes first. */
export function tokenState({ revokedAt, expiresAt, isActive }: TokenLife, now: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return isActive ? 'active' : 'inactive';
}

const { apiTokens } = schema;

/** {@link tokenState} in SQL. */
export function tokenStateSql(now: number) {
  return sql<TokenState>`CASE WHEN ${apiTokens.revokedAt} IS NOT NULL THEN 'revoked'
    WHEN ${apiTokens.expiresAt} <= ${now} THEN 'expired'
    WHEN ${apiTokens.isActive} = 1 THEN 'active' ELSE 'inactive' END`;
}
