import { eq } from '@iron/db/drizzle';
import { first, type Reader, schema, type Work } from '@iron/db';
import { TokenNotFoundError } from './token-errors.ts';
import { type TokenState, tokenState } from './token-state.ts';

/** A token as it is listed: all but its secret, which nobody knows. Times are milliseconds since the epoch. */
export interface Token {
  readonly id: number;
  /** Its owner, who need not be known to Iron. */
  readonly userId: string;
  readonly projectId: string | null;
  readonly name: string | null;
  readonly scopes: readonly string[];
  readonly agentId: number | null;
  /** The only provider that it may use; `null`: any. */
  readonly provider: string | null;
  /** At the moment of asking. */
  readonly state: TokenState;
  readonly createdAt: number;
  /** Up to a minute behind; `null`: never used. */
  readonly lastUsedAt: number | null;
  /** The first moment at which it does not work any more; `null`: it does not expire. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedReason: string | null;
  /** The token that it replaces. */
  readonly rotatedFromId: number | null;
}

/** A row of `api_tokens`. */
export type TokenRow = schema.ApiToken;

/** The hash stays behind. */
export function toToken(row: TokenRow, now: number): Token {
  const { tokenHash: _hash, isActive: _isActive, ...rest } = row;
  return { ...rest, state: tokenState(row, now) };
}

/** @throws {TokenNotFoundError} there is no such token */
export function* findToken(reader: Pick<Reader, 'select'>, tokenId: number): Work<TokenRow> {
  const row = yield* first(reader.select().from(schema.apiTokens).where(eq(schema.apiTokens.id, tokenId)));
  if (!row) throw new TokenNotFoundError(tokenId);
  return row;
}
