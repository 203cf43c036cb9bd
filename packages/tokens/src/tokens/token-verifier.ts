import { callMemory, type Environment, type IronDatabase, type Reader, wait, type Work } from '@iron/db';
import type { UserRole } from '../users/user.ts';
import { environmentOf, refuseByText, type TextRefusal } from './fit-environment.ts';
import { LastUses } from './last-uses.ts';
import { parseToken } from './token-format.ts';
import { LOOK_UP, type OwnerRefusal, type TokenLookUp } from './token-look-up.ts';
import { tokenHash } from './token-hash.ts';
import { TOKENS } from './token-memory.ts';
import { type TokenState, tokenState } from './token-state.ts';
import { TokensOfOneMoment } from './tokens-of-one-moment.ts';

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

/** Verifies tokens as a part of other work on the database, for a hot path. */
export interface TokenVerifier extends AsyncDisposable {
  /**
   * Looks at the database every time, so that what was committed anywhere before this call counts in it. One statement;
   * on PostgreSQL one for all that are verified in the same turn of the event loop, outside of a transaction.
   * By itself: `await database.read((reader) => verifier.verify(reader, secret))`.
   */
  verify(reader: Reader, secret: string): Work<Verification>;
  /** Writes the times of last use that are still in memory. The database stays open. */
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** Prepares the verification of tokens on a migrated database. */
export async function tokenVerifier(
  database: IronDatabase,
  options: TokenVerifierOptions = {},
): Promise<TokenVerifier> {
  const now = options.now ?? Date.now;
  const environment = await environmentOf(database, options.environment);
  const lastUses = new LastUses(database, options.lastUsedIntervalMs ?? MINUTE_MS);
  const together = database.engine === 'postgres' ? new TokensOfOneMoment(database.reader) : undefined;
  const lookUp = (reader: Reader, hash: string) =>
    together && reader === database.reader ? wait(together.find(hash)) : lookUpAlone(reader, hash);
  const close = async () => await lastUses.flush();
  return {
    *verify(reader, secret): Work<Verification> {
      const refusedByText = refuseByText(parseToken(secret), environment);
      if (refusedByText) return { refusal: { reason: refusedByText, tokenId: null } };
      // Of 256 random bits the hash needs no salt, and to compare it by an index tells a guesser nothing of use: what
      // the time of a look-up may give away are leading bits of a hash, from which no token can be made.
      const row = yield* lookUp(reader, tokenHash(secret));
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

function lookUpAlone(reader: Reader, hash: string): Work<TokenLookUp | undefined> {
  const memory = callMemory(TOKENS, reader);
  if (memory?.knows(hash)) return wait(memory.find(hash));
  return wait(reader.statement<[string], TokenLookUp>(LOOK_UP).get(hash));
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
