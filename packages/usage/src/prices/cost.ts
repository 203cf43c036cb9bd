import { LARGEST_CALL } from '@iron/db';
import type { ModelPrice, Rates } from './model-price.ts';
import { CostTooLargeError, InvalidTokenCountsError } from './price-errors.ts';
import { type Rounding, divideRounded } from './round.ts';

/**
 * What a call used. Some counts are parts of others, and each token is billed once:
 *
 * - `inputTokens` is all input. `cachedInputTokens` (read from a cache) and `cacheWriteTokens` (written to one) are
 *   parts of it and have no token in common. Where a provider reports them beside its input (Anthropic does), add
 *   them to it first.
 * - `outputTokens` is all output. `reasoningTokens` is a part of it.
 * - `audioTokens` is the audio in input and output together, a part of their sum; `audioOutputTokens` is the part of
 *   it that is output. Without it the audio counts as what costs more, so a bill is never too low. For the same
 *   reason audio counts as cached only where there is no other input left for it to be.
 */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly audioTokens?: number | undefined;
  readonly audioOutputTokens?: number | undefined;
  /** Default: 1. */
  readonly requestsCount?: number | undefined;
}

/** What a call may use at most. Text, but for `audioTokens` of it. */
export interface CallEstimate {
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  /** How many tokens of input and output together may be audio. Default: none. */
  readonly audioTokens?: number | undefined;
}

const PICOS_PER_NANO = 1000n;

/**
 * What a call costs, in nano-dollars (10^-9 USD).
 *
 * The rule of rounding: rates are integers of pico-dollars a token, counts are integers, so the sum of their products
 * is exact. It is rounded once, at the end: to the nearest nano-dollar, a half to the even one. Only an estimate is
 * rounded up instead ({@link estimateCost}).
 *
 * @throws {InvalidTokenCountsError} a count is no integer of at least 0, or parts are more than their whole
 * @throws {CostTooLargeError} the cost is more than one call may cost
 */
export function costOf(counts: TokenCounts, price: ModelPrice): number {
  const split = splitCounts(counts);
  const rates = ratesFor(split.input, price);
  const audio = placeAudio(counts, split, rates);
  const output = split.output - split.reasoning - audio.output;
  const picos =
    picosFor(split.fresh - audio.fresh, rates.input) +
    picosFor(audio.fresh, rates.audioInput) +
    picosFor(split.cached - audio.cached, rates.cachedInput) +
    picosFor(audio.cached, rates.cachedAudio) +
    picosFor(split.written, rates.cacheWrite) +
    picosFor(output, rates.output) +
    picosFor(split.reasoning, rates.reasoning) +
    picosFor(audio.output, rates.audioOutput) +
    picosFor(split.requests, price.perRequest);
  return toNanos(picos, 'half-even');
}

/**
 * The most that a call within `estimate` can cost, in nano-dollars, rounded up: whatever part of its input is read
 * from a cache or written to one, whatever part of its output is reasoning, whichever tier it ends in. So no call
 * that keeps to its estimate costs more than was held for it.
 *
 * @throws {InvalidTokenCountsError} a count is no integer of at least 0
 * @throws {CostTooLargeError} the cost is more than one call may cost
 */
export function estimateCost(estimate: CallEstimate, price: ModelPrice): number {
  const { inputTokens, maxOutputTokens, audioTokens = 0 } = estimate;
  for (const count of [inputTokens, maxOutputTokens, audioTokens]) requireCount(count);
  const dearest = dearestRates(price, inputTokens);
  const input = Math.max(dearest.input, dearest.cachedInput, dearest.cacheWrite);
  const output = Math.max(dearest.output, dearest.reasoning);
  const audioInput = Math.max(dearest.audioInput, dearest.cachedAudio);
  const forAudio = Math.max(audioInput - input, dearest.audioOutput - output, 0);
  const tokens = picosFor(inputTokens, input) + picosFor(maxOutputTokens, output) + picosFor(audioTokens, forAudio);
  return toNanos(tokens + BigInt(price.perRequest), 'up');
}

interface SplitCounts {
  readonly input: number;
  readonly fresh: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
  readonly requests: number;
}

function splitCounts(counts: TokenCounts): SplitCounts {
  const { inputTokens: input, outputTokens: output } = counts;
  const { cachedInputTokens: cached = 0, cacheWriteTokens: written = 0 } = counts;
  const { reasoningTokens: reasoning = 0, requestsCount: requests = 1 } = counts;
  for (const count of [input, output, cached, written, reasoning, requests]) requireCount(count);
  const fresh = input - cached - written;
  if (fresh < 0) throw new InvalidTokenCountsError('more cached and cache-write tokens than input tokens');
  if (reasoning > output) throw new InvalidTokenCountsError('more reasoning tokens than output tokens');
  return { input, fresh, cached, written, output, reasoning, requests };
}

interface PlacedAudio {
  readonly fresh: number;
  readonly cached: number;
  readonly output: number;
}

/** Where the audio is: as much in the output as was said to be, or as makes the call dearer; the rest in the input. */
function placeAudio(counts: TokenCounts, split: SplitCounts, rates: Rates): PlacedAudio {
  const { audioTokens: audio = 0, audioOutputTokens: said } = counts;
  requireCount(audio);
  if (audio > split.input + split.output) throw new InvalidTokenCountsError('more audio tokens than tokens');
  const room = split.output - split.reasoning;
  if (said !== undefined) requireAudioOutput(said, audio, room);
  const output = said ?? guessAudioOutput(audio, split, rates);
  const input = audio - output;
  const fresh = Math.min(input, split.fresh);
  return { fresh, cached: Math.min(input - fresh, split.cached), output };
}

function requireAudioOutput(said: number, audio: number, room: number): void {
  requireCount(said);
  if (said > audio) throw new InvalidTokenCountsError('more audio output tokens than audio tokens');
  if (said > room) throw new InvalidTokenCountsError('more audio output and reasoning tokens than output tokens');
}

function guessAudioOutput(audio: number, { fresh, output, reasoning }: SplitCounts, rates: Rates): number {
  const isDearerInOutput = rates.audioOutput - rates.output > rates.audioInput - rates.input;
  const wanted = isDearerInOutput ? audio : Math.max(audio - fresh, 0);
  return Math.min(wanted, output - reasoning);
}

function ratesFor(inputTokens: number, price: ModelPrice): Rates {
  return price.tiers.findLast((tier) => inputTokens > tier.over) ?? price.base;
}

/** Each rate in whichever tier that many input tokens may end in, at its highest. */
function dearestRates({ base, tiers }: ModelPrice, inputTokens: number): Rates {
  let rates = base;
  for (const tier of tiers) if (inputTokens > tier.over) rates = higherRates(rates, tier);
  return rates;
}

function higherRates(one: Rates, other: Rates): Rates {
  return {
    input: Math.max(one.input, other.input),
    cachedInput: Math.max(one.cachedInput, other.cachedInput),
    cacheWrite: Math.max(one.cacheWrite, other.cacheWrite),
    audioInput: Math.max(one.audioInput, other.audioInput),
    cachedAudio: Math.max(one.cachedAudio, other.cachedAudio),
    output: Math.max(one.output, other.output),
    reasoning: Math.max(one.reasoning, other.reasoning),
    audioOutput: Math.max(one.audioOutput, other.audioOutput),
  };
}

function requireCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new InvalidTokenCountsError(`${count}, where an integer of at least 0 belongs`);
  }
}

function picosFor(count: number, rate: number): bigint {
  return count === 0 ? 0n : BigInt(count) * BigInt(rate);
}

function toNanos(picos: bigint, rounding: Rounding): number {
  const nanos = Number(divideRounded(picos, PICOS_PER_NANO, rounding));
  if (nanos > LARGEST_CALL.costNanos) throw new CostTooLargeError();
  return nanos;
}
