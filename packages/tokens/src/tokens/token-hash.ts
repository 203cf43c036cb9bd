import { hash } from 'node:crypto';

/** What a token is stored and looked up by: all that is kept of its secret. */
export function tokenHash(secret: string): string {
  return hash('sha256', secret);
}
