import { eq } from '@iron/db/drizzle';
import { appendToAuditLog, changeRow, first, parseInput, schema, type Work, type Writer } from '@iron/db';
import { insertToken, type TokenContext } from './issue-token.ts';
import { TokenAlreadyRotatedError, TokenNotActiveError, TokenRevokedError } from './token-errors.ts';
import { generateToken } from './token-format.ts';
import { tokenHash } from './token-hash.ts';
import { type RotateTokenInput, rotateTokenSchema } from './token-input.ts';
import { tokenState } from './token-state.ts';
import { findToken, type Token, type TokenRow, toToken } from './token.ts';

/** The new token, its secret, which is shown this once, and the token that it replaces. */
export interface RotatedToken {
  readonly secret: string;
  readonly token: Token;
  /** Works until its `expiresAt`. */
  readonly replaced: Token;
}

const { apiTokens } = schema;

/** Both tokens work during the overlap; the old one never longer than it would have anyway. */
export async function rotateToken(context: TokenContext, input: RotateTokenInput): Promise<RotatedToken> {
  const { tokenId, overlapMs, expiresAt, actor } = parseInput('rotateToken', rotateTokenSchema, input);
  const secret = generateToken(context.environment);
  return await context.database.write(function* (tx) {
    const at = context.now();
    const old = yield* findToken(tx, tokenId);
    yield* requireRotatable(tx, old, at);
    const endsAt = Math.min(at + overlapMs, old.expiresAt ?? Infinity);
    yield* changeRow(
      `token ${tokenId}`,
      tx.update(apiTokens).set({ expiresAt: endsAt }).where(eq(apiTokens.id, tokenId)),
    );
    const { userId, projectId, name, scopes, agentId, provider } = old;
    const about = { userId, projectId, name, scopes, agentId, provider, rotatedFromId: tokenId };
    const lifetime = { expiresAt: expiresAt === undefined ? old.expiresAt : expiresAt };
    const row = { ...about, ...lifetime, tokenHash: tokenHash(secret) };
    const token = yield* insertToken(tx, row, { action: 'create', actor, at });
    const changes = { rotatedToId: token.id, expiresAt: endsAt };
    yield* appendToAuditLog(tx, { entityType: 'token', entityId: tokenId, action: 'rotate', actor, changes, at });
    return { secret, token: toToken(token, at), replaced: toToken(yield* findToken(tx, tokenId), at) };
  });
}

/** Read in the transaction that writes: of two rotations at once the second one finds the first one's token. */
function* requireRotatable(tx: Writer, token: TokenRow, now: number): Work<void> {
  const successors = tx.select({ id: apiTokens.id }).from(apiTokens).where(eq(apiTokens.rotatedFromId, token.id));
  const successor = yield* first(successors);
  if (successor) throw new TokenAlreadyRotatedError(token.id, successor.id);
  if (token.revokedAt !== null) throw new TokenRevokedError(token.id, token.revokedAt);
  const state = tokenState(token, now);
  if (state !== 'active') throw new TokenNotActiveError(token.id, state);
}
