import { eq } from '@iron/db/drizzle';
import {
  type Actor,
  appendToAuditLog,
  changeRow,
  parseInput,
  schema,
  type ServiceContext,
  type Work,
  type Writer,
} from '@iron/db';
import { TokenRevokedError } from './token-errors.ts';
import { type ChangeTokenInput, changeTokenSchema, type RevokeTokenInput, revokeTokenSchema } from './token-input.ts';
import { findToken, type Token, type TokenRow, toToken } from './token.ts';

const { apiTokens } = schema;

/** A token that is inactive already, or revoked, is left as it is. */
export async function deactivateToken(context: ServiceContext, input: ChangeTokenInput): Promise<Token> {
  const { tokenId, actor } = parseInput('deactivateToken', changeTokenSchema, input);
  return await changeToken(context, tokenId, function* (tx, token, at) {
    if (!token.isActive) return;
    yield* setColumns(tx, tokenId, { isActive: false });
    yield* log(tx, { tokenId, action: 'deactivate', actor, at });
  });
}

/** A token that is active already is left as it is. An expired one stays expired. */
export async function activateToken(context: ServiceContext, input: ChangeTokenInput): Promise<Token> {
  const { tokenId, actor } = parseInput('activateToken', changeTokenSchema, input);
  return await changeToken(context, tokenId, function* (tx, token, at) {
    if (token.revokedAt !== null) throw new TokenRevokedError(tokenId, token.revokedAt);
    if (token.isActive) return;
    yield* setColumns(tx, tokenId, { isActive: true });
    yield* log(tx, { tokenId, action: 'activate', actor, at });
  });
}

/** A token that is revoked already keeps the time and the reason that it has. */
export async function revokeToken(context: ServiceContext, input: RevokeTokenInput): Promise<Token> {
  const { tokenId, reason = null, actor } = parseInput('revokeToken', revokeTokenSchema, input);
  return await changeToken(context, tokenId, function* (tx, token, at) {
    if (token.revokedAt !== null) return;
    yield* setColumns(tx, tokenId, { isActive: false, revokedAt: at, revokedReason: reason });
    yield* log(tx, { tokenId, action: 'revoke', actor, at, changes: { reason } });
  });
}

async function changeToken(
  { database, now }: ServiceContext,
  tokenId: number,
  apply: (tx: Writer, token: TokenRow, at: number) => Work<void>,
): Promise<Token> {
  return await database.write(function* (tx) {
    const at = now();
    yield* apply(tx, yield* findToken(tx, tokenId), at);
    return toToken(yield* findToken(tx, tokenId), at);
  });
}

function* setColumns(tx: Writer, tokenId: number, columns: Partial<TokenRow>): Work<void> {
  yield* changeRow(`token ${tokenId}`, tx.update(apiTokens).set(columns).where(eq(apiTokens.id, tokenId)));
}

interface TokenChange {
  readonly tokenId: number;
  readonly action: string;
  readonly actor: Actor | undefined;
  readonly at: number;
  readonly changes?: Readonly<Record<string, unknown>>;
}

function* log(tx: Writer, { tokenId, ...change }: TokenChange): Work<void> {
  yield* appendToAuditLog(tx, { entityType: 'token', entityId: tokenId, ...change });
}
