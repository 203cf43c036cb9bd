import { isDeepStrictEqual } from 'node:util';
import { eq } from '@iron/db/drizzle';
import { appendToAuditLog, changeRow, parseInput, schema, type ServiceContext } from '@iron/db';
import { requireFuture } from './issue-token.ts';
import { TokenRevokedError } from './token-errors.ts';
import { type UpdateTokenInput, updateTokenSchema } from './token-input.ts';
import { findToken, type Token, type TokenRow, toToken } from './token.ts';

type Changeable = Pick<TokenRow, 'name' | 'scopes' | 'expiresAt'>;

/** Changes the name, the scopes or the expiry. What is left out, or is so already, stays. */
export async function updateToken({ database, now }: ServiceContext, input: UpdateTokenInput): Promise<Token> {
  const { tokenId, actor, ...wanted } = parseInput('updateToken', updateTokenSchema, input);
  return await database.write(function* (tx) {
    const at = now();
    const token = yield* findToken(tx, tokenId);
    if (token.revokedAt !== null) throw new TokenRevokedError(tokenId, token.revokedAt);
    const { before, after } = difference(token, wanted);
    requireFuture(after.expiresAt, at);
    if (Object.keys(after).length === 0) return toToken(token, at);
    yield* changeRow(
      `token ${tokenId}`,
      tx.update(schema.apiTokens).set(after).where(eq(schema.apiTokens.id, tokenId)),
    );
    const changes = { before, after };
    yield* appendToAuditLog(tx, { entityType: 'token', entityId: tokenId, action: 'update', actor, changes, at });
    return toToken(yield* findToken(tx, tokenId), at);
  });
}

function difference(
  { name, scopes, expiresAt }: Changeable,
  wanted: { readonly [Column in keyof Changeable]?: Changeable[Column] | undefined },
): { before: Partial<Changeable>; after: Partial<Changeable> } {
  const current: Changeable = { name, scopes, expiresAt };
  const keep = ([column, value]: [string, unknown]) =>
    value !== undefined && !isDeepStrictEqual(value, new Map<string, unknown>(Object.entries(current)).get(column));
  const after: Partial<Changeable> = Object.fromEntries(Object.entries(wanted).filter(keep));
  const before: Partial<Changeable> = Object.fromEntries(
    Object.entries(current).filter(([column]) => Object.hasOwn(after, column)),
  );
  return { before, after };
}
