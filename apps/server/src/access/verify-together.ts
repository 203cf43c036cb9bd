import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IronDatabase } from '@iron/db';
import type { TokenVerifier, Verification } from '@iron/tokens';

/** Verifies a token in the database as it is after the asking. */
export type Verify = (secret: string) => Promise<Verification>;

/**
 * Those who show the same token in one turn of the event loop share one look-up, which comes after the last of them: a
 * gateway shows its own with every request. Nothing is kept for those of the next turn.
 */
export function verifyTogether(database: Pick<IronDatabase, 'read'>, verifier: Pick<TokenVerifier, 'verify'>): Verify {
  const asked = new Map<string, Promise<Verification>>();
  const lookUp = async (secret: string): Promise<Verification> => {
    await nextTurn();
    asked.delete(secret); // before it is looked up: whoever asks from here on asks anew
    return await database.read((reader) => verifier.verify(reader, secret));
  };
  return (secret) => {
    const verification = asked.get(secret) ?? lookUp(secret);
    asked.set(secret, verification);
    return verification;
  };
}
