/** What one token of each kind costs, in pico-dollars (10^-12 USD; 0.075 USD a million tokens is 75,000). */
export interface Rates {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly audioInput: number;
  readonly cachedAudio: number;
  readonly output: number;
  readonly reasoning: number;
  readonly audioOutput: number;
}

/** The rates for calls with more than `over` input tokens. They hold for all tokens of such a call. */
export interface PriceTier extends Rates {
  readonly over: number;
}

/** What a model costs at one moment. */
export interface ModelPrice {
  readonly base: Rates;
  /** By `over`, ascending. */
  readonly tiers: readonly PriceTier[];
  /** Pico-dollars for each request, beside its tokens. */
  readonly perRequest: number;
  /** What the provider charges for as well and Iron does not count, as genai-prices names it: `web_searches`, … */
  readonly notCounted: readonly string[];
}

/** Rates as price lists give them: a kind that has none of its own costs what the kind that holds it costs. */
export type GivenRates = { readonly [Kind in keyof Rates]?: number | undefined };

/** Rates for every kind. A model without a price for output gives none: embeddings, moderation. */
export function completeRates(given: GivenRates): Rates {
  const { input = 0, output = 0, cachedInput, audioInput = input } = given;
  return {
    input,
    cachedInput: cachedInput ?? input,
    cacheWrite: given.cacheWrite ?? input,
    audioInput,
    cachedAudio: given.cachedAudio ?? cachedInput ?? audioInput,
    output,
    reasoning: given.reasoning ?? output,
    audioOutput: given.audioOutput ?? output,
  };
}
