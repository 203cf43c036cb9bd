import type { Work, Writer } from '@iron/db';
import type { HoldBook, HoldOutcome } from '@iron/limits';
import { RequestIdTakenError } from '@iron/limits';
import type { TokenVerifier, Verification, VerifiedToken } from '@iron/tokens';
import { estimateCost, type PriceBook, type UsageRecorder } from '@iron/usage';
import type { z } from 'zod';
import { ProviderNotAllowedError, UnpricedModelError } from './admission-errors.ts';
import type { authorizeSchema, CallBounds } from './admission-input.ts';

export interface AuthorizeContext {
  readonly verifier: TokenVerifier;
  readonly book: HoldBook;
  readonly recorder: UsageRecorder;
  readonly defaultTtlMs: number;
}

/** A call that asks to be let through, checked, with the price of what it may use at most. */
export interface PricedCall extends z.output<typeof authorizeSchema> {
  /** In nano-dollars, rounded up; `null` where the model has no known price. */
  readonly estimatedNanos: number | null;
}

/** What became of it. What is refused is an answer and nothing thrown, so that it costs others no rollback. */
export type Authorization =
  /** No valid token; `null`: it is, but somebody else's. */
  | { readonly kind: 'unknown'; readonly refusal: NonNullable<Verification['refusal']> | null }
  | { readonly kind: 'refused'; readonly error: ProviderNotAllowedError | UnpricedModelError }
  | { readonly kind: 'answered'; readonly token: VerifiedToken; readonly outcome: HoldOutcome };

/** Prices what a call may use at most. */
export function priceCall(
  call: z.output<typeof authorizeSchema>,
  prices: Pick<PriceBook, 'find'>,
  at: number,
): PricedCall {
  const found = prices.find({ provider: call.provider, model: call.model, at });
  return { ...call, estimatedNanos: found && estimateCost(call, found.price) };
}

/**
 * Verifies the token and takes the estimate out of the limits, inside one transaction: a token that was revoked before
 * it is refused, and what is held is held for a token that was good.
 *
 * @throws {RequestIdTakenError}
 */
export function* authorizeCall(
  tx: Writer,
  context: AuthorizeContext,
  call: PricedCall,
  { ofUser }: CallBounds,
): Work<Authorization> {
  const { token, refusal } = yield* context.verifier.verify(tx, call.token);
  if (!token) return { kind: 'unknown', refusal };
  if (ofUser !== undefined && token.userId !== ofUser) return { kind: 'unknown', refusal: null };
  const { provider, model, requestId, estimatedNanos } = call;
  if (token.allowedProviders && !token.allowedProviders.includes(provider)) {
    return { kind: 'refused', error: new ProviderNotAllowedError(token.tokenId, provider, token.allowedProviders) };
  }
  const { tokenId, userId, projectId } = token;
  if (estimatedNanos === null && (yield* hasCostLimit(tx, context.book, token))) {
    return { kind: 'refused', error: new UnpricedModelError(provider, model) };
  }
  if (requestId !== undefined) yield* requireUnrecorded(tx, context.recorder, requestId);
  const outcome = yield* context.book.hold(tx, {
    requestId: requestId ?? null,
    tokenId,
    userId,
    projectId,
    provider,
    model,
    amounts: { tokens: call.inputTokens + call.maxOutputTokens, requests: 1, cost: estimatedNanos ?? 0 },
    ttlMs: call.ttlMs ?? context.defaultTtlMs,
  });
  return { kind: 'answered', token, outcome };
}

function* hasCostLimit(tx: Writer, book: HoldBook, { userId, projectId }: VerifiedToken): Work<boolean> {
  const limits = yield* book.limitsOf(tx, userId, projectId);
  return limits.some(({ counters }) => counters.cost.max !== null);
}

/** A hold that ended is forgotten after a while, or held anew; the usage row of its request id says that it was used. */
function* requireUnrecorded(tx: Writer, recorder: UsageRecorder, requestId: string): Work<void> {
  if (yield* recorder.isRecorded(tx, requestId)) throw new RequestIdTakenError(requestId, 'its call was recorded');
}
