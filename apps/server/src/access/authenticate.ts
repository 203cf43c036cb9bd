import type { IronDatabase } from '@iron/db';
import { InvalidTokenError, type RefusalReason, type TokenVerifier } from '@iron/tokens';
import { TokenMissingError } from './access-errors.ts';
import type { Principal } from './principal.ts';
import { verifyTogether } from './verify-together.ts';

/** The grammar of RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\w~+/.-]+=*) *$/i;

/** The token in the value of the header `Authorization`, however the header is written. */
export function shownSecret(authorization = ''): string | undefined {
  return BEARER.exec(authorization)?.[1];
}

/** Finds out who asks, by the value of the header `Authorization`. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export interface BearerOptions {
  readonly database: Pick<IronDatabase, 'read'>;
  readonly verifier: Pick<TokenVerifier, 'verify'>;
  /** Is told why a token was refused; whoever showed it is not. */
  readonly onRefused: (reason: RefusalReason) => void;
}

/** Whoever shows a valid token is its owner. @throws {TokenMissingError | InvalidTokenError} */
export function bearerAuthentication({ database, verifier, onRefused }: BearerOptions): Authenticate {
  const verify = verifyTogether(database, verifier);
  return async (authorization) => {
    const secret = shownSecret(authorization);
    if (secret === undefined) throw new TokenMissingError();
    const { token, refusal } = await verify(secret);
    if (!token) {
      onRefused(refusal.reason);
      throw new InvalidTokenError();
    }
    return { userId: token.userId, role: token.ownerRole ?? 'user', scopes: token.scopes, token };
  };
}

/** Whoever can open the database may do everything; the log says who it was: `os:alice`. */
export function operatorAuthentication(userName: string): Authenticate {
  const operator: Principal = { userId: `os:${userName}`, role: 'admin', scopes: ['*'], token: null };
  return async () => operator;
}
