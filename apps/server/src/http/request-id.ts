import { randomUUIDv7 } from 'node:crypto';
import { containsToken } from '@iron/db';

/** What may stand in a log and in a header. */
const KEPT = /^[\w.:/+=@-]{1,200}$/;

/** The client's own name for its request where it can be kept, or else a new one. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && KEPT.test(given) && !containsToken(given) ? given : randomUUIDv7();
}
