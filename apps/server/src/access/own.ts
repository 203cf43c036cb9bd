import { NotYoursError } from './access-errors.ts';
import type { Principal } from './principal.ts';

interface Asking {
  readonly principal: Principal;
  readonly reach: 'any' | 'own';
}

/**
 * Whose things are asked for: those of `userId`, or, where somebody reaches no further, their own.
 *
 * @throws {NotYoursError} somebody else's were asked for by name
 */
export function userAskedFor({ principal, reach }: Asking, userId: string | undefined): string | undefined {
  if (reach === 'any' || userId === principal.userId) return userId;
  if (userId === undefined) return principal.userId;
  throw new NotYoursError('userId');
}

/**
 * The thing, if it may be shown. What belongs to somebody else is answered as what does not exist.
 *
 * @param missing the error that there would be if it did not exist
 */
export function requireReach<Thing extends { readonly userId: string }>(
  { principal, reach }: Asking,
  thing: Thing,
  missing: () => Error,
): Thing {
  if (reach === 'own' && thing.userId !== principal.userId) throw missing();
  return thing;
}
