import { randomUUIDv7 } from 'node:crypto';
import { redactText } from '@iron/usage';

/** What may stand in a log and in a header. */
const KEPT = /^[\w.:/+=@-]{1,200}$/;

/**
 * The client's own name for its request where it can be kept, or else a new one. It stands in the log and in the answer,
 * so what looks like a secret is not kept, nor what holds the secret of the header `authorization`.
 */
export function requestIdOf(given: string | undefined, authorization?: string): string {
  return given !== undefined && isFit(given, authorization) ? given : randomUUIDv7();
}

function isFit(given: string, authorization: string | undefined): boolean {
  return KEPT.test(given) && isNoSecret(given, authorization);
}

/** Whether what a client says of itself neither looks like a secret nor holds the one of its header `authorization`. */
export function isNoSecret(given: string, authorization: string | undefined): boolean {
  const secret = authorization?.split(' ').at(-1);
  return !(secret && given.includes(secret)) && redactText(given) === given;
}
