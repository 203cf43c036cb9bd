import { hash } from 'node:crypto';
import type { Principal } from '../access/principal.ts';

/**
 * The request id of a call whose caller has named the request (`Idempotency-Key`) and not the call: the same one for the
 * same caller and key, another one for everybody else, and nothing that the key could be read from.
 */
export function requestIdOfKey({ token, userId }: Pick<Principal, 'token' | 'userId'>, key: string): string {
  const caller = token ? token.tokenId : userId;
  return `key-${hash('sha256', JSON.stringify([caller, key]))}`;
}
