import { PasswordRefusedError } from './user-errors.ts';

/** NIST SP 800-63B-4, 3.1.1.2: the least for a password that is the only factor; its length is all that is asked of it. */
const SHORTEST_PASSWORD = 15;
/** A bound on the work that a stranger can ask for. NIST asks for at least 64. */
const LONGEST_PASSWORD = 1024;

/**
 * The password in the one form that is hashed, however a keyboard composed its letters.
 *
 * @returns `undefined` if no password can be so: it is not text, or it is too long to be hashed for a stranger
 */
export function normalizePassword(password: string): string | undefined {
  if (password.length > 2 * LONGEST_PASSWORD || !password.isWellFormed()) return undefined;
  const normalized = password.normalize('NFKC');
  return characters(normalized) > LONGEST_PASSWORD ? undefined : normalized;
}

/**
 * Takes a password that somebody chose: 15 to 1024 characters, whichever they are.
 *
 * @returns its normalized form
 * @throws {PasswordRefusedError} it is too short or too long, or not valid Unicode
 */
export function requireGoodPassword(password: string): string {
  if (!password.isWellFormed()) throw new PasswordRefusedError('it is not valid Unicode text');
  const normalized = normalizePassword(password);
  if (normalized === undefined) throw new PasswordRefusedError(`it has more than ${LONGEST_PASSWORD} characters`);
  if (characters(normalized) >= SHORTEST_PASSWORD) return normalized;
  throw new PasswordRefusedError(`it has fewer than ${SHORTEST_PASSWORD} characters`);
}

/** Code points, as NIST counts. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
