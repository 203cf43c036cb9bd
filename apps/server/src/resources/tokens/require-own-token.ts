import { TokenNotFoundError } from '@iron/tokens';
import { UnknownTokenError } from '@iron/usage';
import type { Call } from '../../http/endpoint.ts';

/**
 * Whoever reaches no further records something for their own tokens only. A token of somebody else's is answered as one
 * that there is not.
 *
 * @throws {UnknownTokenError}
 */
export async function requireOwnToken(
  { principal, reach, services }: Pick<Call<unknown, unknown, unknown>, 'principal' | 'reach' | 'services'>,
  tokenId: number,
): Promise<void> {
  if (reach === 'any' || tokenId === principal.token?.tokenId) return;
  try {
    const { userId } = await services.tokens.getToken(tokenId);
    if (userId === principal.userId) return;
  } catch (error) {
    if (!(error instanceof TokenNotFoundError)) throw error;
  }
  throw new UnknownTokenError(tokenId);
}
