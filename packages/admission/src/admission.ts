import type { schema } from '@iron/db';
import type { Limit, LimitState } from '@iron/limits';
import type { VerifiedToken } from '@iron/tokens';
import type { ActualUsage } from './admission-input.ts';
import type { EndedCall, Settlement } from './settle-call.ts';

/** What is known of a call that was let through. */
export interface AdmittedCall {
  readonly hold: schema.Hold;
  readonly token: VerifiedToken;
  readonly provider: string;
  readonly model: string;
  readonly isNew: boolean;
  /** Those that apply to it, as they were when it was let through. */
  readonly limits: readonly Limit[];
}

/** What the admissions of one controller ask: to end their call, and how full its limits are. */
export interface Gate {
  settle(call: EndedCall): Promise<Settlement>;
  release(requestId: string, reason: string | null): Promise<boolean>;
  statesOf(limits: readonly Limit[]): readonly LimitState[];
}

/**
 * A call that was let through. Settle or release it; the end of an `await using` block releases what was neither. What
 * could not be settled is not released: the call was made, so it stays held until it is settled or its time is over.
 */
export class Admission implements AsyncDisposable {
  readonly requestId: string;
  /** Whose call it is. */
  readonly token: VerifiedToken;
  readonly provider: string;
  readonly model: string;
  /** What is held for it: tokens, requests and nano-dollars. */
  readonly held: { readonly tokens: number; readonly requests: number; readonly costNanos: number };
  /** When the hold lapses if nobody ends the call. Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** False: the same request id was let through before, and this is the same call. */
  readonly isNew: boolean;
  readonly #limits: readonly Limit[];
  readonly #gate: Gate;
  #isEnding = false;

  constructor({ hold, token, provider, model, isNew, limits }: AdmittedCall, gate: Gate) {
    this.requestId = hold.requestId;
    this.token = token;
    this.provider = provider;
    this.model = model;
    this.held = { tokens: hold.tokens, requests: hold.requests, costNanos: hold.costNanos };
    this.expiresAt = hold.expiresAt;
    this.isNew = isNew;
    this.#limits = limits;
    this.#gate = gate;
  }

  /** How full the limits of the call were when it was let through, with what it holds itself. */
  limitStates(): readonly LimitState[] {
    return this.#gate.statesOf(this.#limits);
  }

  /**
   * Records what the call used, and puts it in the place of what was held, in one commit. Durable when it resolves; a
   * second time changes nothing.
   *
   * @throws {InvalidCountError | TotalsDoNotAddUpError | InvalidInputError} nothing was recorded
   * @throws {UsageConflictError} it was settled with other counts before
   */
  settle(actual: ActualUsage): Promise<Settlement> {
    this.#isEnding = true;
    const { requestId, token, provider, model } = this;
    return this.#gate.settle({ requestId, tokenId: token.tokenId, provider, model, actual });
  }

  /**
   * Gives back what is held: the call was not made, or cost nothing. The reason is kept with the hold until it is
   * forgotten.
   *
   * @returns whether this gave it back; not if the call has ended before
   */
  async release(reason?: string): Promise<boolean> {
    const released = await this.#gate.release(this.requestId, reason ?? null);
    this.#isEnding = true;
    return released;
  }

  /** Only who made the call ends it: a repetition leaves it to them. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isNew && !this.#isEnding) await this.release('the end of its block');
  }
}
