import { createHmac } from 'node:crypto';

/**
 * The request id of a call whose caller has named the request (`Idempotency-Key`) and not the call: the same one for the
 * same caller and key. Nobody else can tell it beforehand, to take it for a call of their own, nor read the key from it.
 *
 * @param secret what the caller alone knows: their token
 */
export function requestIdOfKey(secret: string, key: string): string {
  return `key-${createHmac('sha256', secret).update(key).digest('hex')}`;
}
