import { need, type Need } from '@iron/db';
import { needsOfEnd, needsOfHold } from '@iron/limits';
import { TOKENS, tokenHash } from '@iron/tokens';
import { USAGE } from '@iron/usage';
import type { AuthorizeInput } from './admission-input.ts';

/** What a call needs that asks to be let through. */
export function needsOfAuthorization({ token, requestId }: Pick<AuthorizeInput, 'token' | 'requestId'>): Need[] {
  const hash = tokenHash(token);
  const held = needsOfHold({ requestId: requestId ?? null }, { tokenHash: hash });
  const recorded = requestId === undefined ? [] : [need(USAGE, { requestId, tokenId: null })];
  return [need(TOKENS, hash), ...held, ...recorded];
}

/** What a call needs that is settled; `tokenId`: where it is known. */
export function needsOfSettlement(call: { readonly requestId: string; readonly tokenId: number | null }): Need[] {
  return [...needsOfEnd(call.requestId), need(USAGE, { requestId: call.requestId, tokenId: call.tokenId })];
}
