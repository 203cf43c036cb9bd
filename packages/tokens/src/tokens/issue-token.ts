import { eq } from '@iron/db/drizzle';
import {
  type Actor,
  appendToAuditLog,
  type Environment,
  first,
  InvalidInputError,
  parseInput,
  schema,
  type ServiceContext,
  type Work,
  type Writer,
} from '@iron/db';
import { findAgent } from '../agents/agent.ts';
import { refuseByText } from './fit-environment.ts';
import { ExpiryInPastError, TokenExistsError, UnfitTokenError } from './token-errors.ts';
import { generateToken, parseToken } from './token-format.ts';
import { tokenHash } from './token-hash.ts';
import {
  type CreateTokenInput,
  createTokenSchema,
  type ImportTokenHashInput,
  importTokenHashSchema,
} from './token-input.ts';
import { type Token, type TokenRow, toToken } from './token.ts';

/** A new token and its secret, which is shown this once and kept nowhere. */
export interface CreatedToken {
  readonly secret: string;
  readonly token: Token;
}

/** What the functions that issue tokens work with. */
export interface TokenContext extends ServiceContext {
  /** Whose tokens are made and accepted. */
  readonly environment: Environment;
}

const { apiTokens } = schema;

export async function createToken(context: TokenContext, input: CreateTokenInput): Promise<CreatedToken> {
  const { token: given, actor, ...about } = parseInput('createToken', createTokenSchema, input);
  if (given !== undefined) {
    requireFit(given, context.environment);
    requireUnrepeated(given, { ...about, actor });
  }
  const secret = given ?? generateToken(context.environment);
  return await context.database.write(function* (tx) {
    const at = context.now();
    const change = { action: given === undefined ? 'create' : 'import', actor, at };
    const row = yield* insertToken(tx, { ...about, tokenHash: tokenHash(secret) }, change);
    return { secret, token: toToken(row, at) };
  });
}

export async function importTokenHash(context: TokenContext, input: ImportTokenHashInput): Promise<Token> {
  const { actor, ...row } = parseInput('importTokenHash', importTokenHashSchema, input);
  return await context.database.write(function* (tx) {
    const at = context.now();
    return toToken(yield* insertToken(tx, row, { action: 'import', actor, at }), at);
  });
}

function requireFit(secret: string, environment: Environment): void {
  const reason = refuseByText(parseToken(secret), environment);
  if (reason) throw new UnfitTokenError(reason);
}

/** What is written beside a token can be read. A token of another maker is not known by its form, but here it is. */
function requireUnrepeated(secret: string, written: object): void {
  if (!JSON.stringify(written).includes(JSON.stringify(secret).slice(1, -1))) return;
  throw new InvalidInputError('createToken', ['the token is repeated in another field, where it could be read']);
}

interface NewToken {
  readonly tokenHash: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly projectId?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly expiresAt?: number | null | undefined;
  readonly agentId?: number | null | undefined;
  readonly provider?: string | null | undefined;
  readonly rotatedFromId?: number;
}

/** Inserts a token and its row in the audit log. */
export function* insertToken(
  tx: Writer,
  token: NewToken,
  { action, actor, at }: { readonly action: string; readonly actor: Actor | undefined; readonly at: number },
): Work<TokenRow> {
  requireFuture(token.expiresAt, at);
  if (token.agentId) yield* findAgent(tx, token.agentId);
  yield* requireNew(tx, token.tokenHash);
  const values = { ...token, createdAt: at };
  const row = yield* first(tx.insert(apiTokens).values(values).returning());
  const { userId, projectId, name, scopes, expiresAt, agentId, provider, rotatedFromId } = row;
  yield* appendToAuditLog(tx, {
    entityType: 'token',
    entityId: row.id,
    action,
    actor,
    changes: { userId, projectId, name, scopes, expiresAt, agentId, provider, rotatedFromId },
    at,
  });
  return row;
}

/** @throws {ExpiryInPastError} */
export function requireFuture(expiresAt: number | null | undefined, now: number): void {
  if (typeof expiresAt === 'number' && expiresAt <= now) throw new ExpiryInPastError(expiresAt, now);
}

function* requireNew(tx: Writer, hashed: string): Work<void> {
  const sameHash = tx.select({ id: apiTokens.id }).from(apiTokens).where(eq(apiTokens.tokenHash, hashed));
  const existing = yield* first(sameHash);
  if (existing) throw new TokenExistsError(existing.id);
}
