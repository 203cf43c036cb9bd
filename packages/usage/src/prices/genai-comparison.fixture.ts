import { type ModelInfo, type Provider, type Usage, calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import { builtInPriceBook } from './built-in-prices.ts';
import { type TokenCounts, costOf } from './cost.ts';

/** What the pinned package carries; nothing is fetched. */
export const providers = (await waitForUpdate()) ?? [];
const models = providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));

/** Before and after every date of a price, in each of the hours of the day that have their own. */
const TIMES = [
  '2024-01-01T00:00:00Z',
  '2025-06-30T00:29:59.999Z',
  '2025-06-30T00:30:00Z',
  '2026-02-17T16:29:59Z',
  '2026-02-17T16:30:00Z',
  '2026-08-16T23:59:59.999Z',
  '2026-08-17T00:00:00Z',
  '2026-10-01T03:59:59Z',
  '2026-10-01T06:00:00Z',
  '2027-12-31T12:00:00Z',
].map((time) => Date.parse(time));

const SOME_TIME = Date.parse('2026-10-01T05:00:00Z');

/** Below, at and above every threshold; every part of the input and of the output. */
const CALLS: readonly TokenCounts[] = [
  { inputTokens: 0, outputTokens: 0 },
  { inputTokens: 1, outputTokens: 0 },
  { inputTokens: 1_234, outputTokens: 567 },
  { inputTokens: 10_000, outputTokens: 1_001, cachedInputTokens: 7_003 },
  { inputTokens: 10_000, outputTokens: 1_001, cachedInputTokens: 5_001, cacheWriteTokens: 3_001 },
  { inputTokens: 99_999, outputTokens: 8_191, reasoningTokens: 7_001 },
  { inputTokens: 128_000, outputTokens: 77, cachedInputTokens: 1 },
  { inputTokens: 128_001, outputTokens: 77, cacheWriteTokens: 128_001 },
  { inputTokens: 199_999, outputTokens: 3 },
  { inputTokens: 200_000, outputTokens: 3 },
  { inputTokens: 200_001, outputTokens: 3, cachedInputTokens: 100_000, cacheWriteTokens: 50_000 },
  { inputTokens: 272_000, outputTokens: 31, reasoningTokens: 31 },
  { inputTokens: 272_001, outputTokens: 31, cachedInputTokens: 271_999 },
  { inputTokens: 512_001, outputTokens: 65_536, cacheWriteTokens: 7 },
  { inputTokens: 1_000_003, outputTokens: 131_071, cachedInputTokens: 900_001, reasoningTokens: 99_991 },
  { inputTokens: 5_003, outputTokens: 2_003, audioTokens: 3_001, audioOutputTokens: 0 },
  { inputTokens: 5_003, outputTokens: 2_003, audioTokens: 4_002, audioOutputTokens: 1_001 },
  { inputTokens: 5_003, outputTokens: 2_003, audioTokens: 4_003, cachedInputTokens: 2_000, audioOutputTokens: 0 },
];

/** The same call in the words of genai-prices. It must be told how much of the cached input is audio. */
function asTheirs(call: TokenCounts): Usage {
  const { inputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, audioTokens = 0, audioOutputTokens = 0 } = call;
  const audioInput = audioTokens - audioOutputTokens;
  return {
    input_tokens: inputTokens,
    output_tokens: call.outputTokens,
    cache_read_tokens: cachedInputTokens,
    cache_write_tokens: cacheWriteTokens,
    output_reasoning_tokens: call.reasoningTokens ?? 0,
    input_audio_tokens: audioInput,
    output_audio_tokens: audioOutputTokens,
    cache_audio_read_tokens: Math.max(0, audioInput - (inputTokens - cachedInputTokens - cacheWriteTokens)),
  };
}

/** A name of the model that genai-prices finds it by; not every id is one. */
function nameOf(provider: Provider, model: ModelInfo): string | undefined {
  const names = [model.id, model.id.replace(/^regional\./, 'us.'), ...namesIn(model.match)];
  return names.find((name) => calcPrice({}, name, { providerId: provider.id })?.model === model);
}

function namesIn(match: ModelInfo['match']): string[] {
  if ('or' in match) return match.or.flatMap(namesIn);
  if ('and' in match) return match.and.flatMap(namesIn);
  return Object.values(match);
}

/**
 * Half a nano-dollar, for our one rounding; a part in 10^12, for the arithmetic of theirs in binary fractions; and
 * half a pico-dollar a token, where the price of a million tokens has more than six decimals.
 */
function toleranceOf(call: TokenCounts, theirNanos: number, hasRoundedRate: boolean): number {
  const rounded = hasRoundedRate ? (call.inputTokens + call.outputTokens) * 0.0005 : 0;
  return 0.5 + theirNanos * 1e-12 + rounded + 1e-9;
}

function roundedRates(prices: Readonly<Record<string, unknown>>): boolean {
  return Object.values(prices).some((price) => typeof price === 'number' && String(price).length > 15);
}

/** How our bills compare with theirs. */
interface Comparison {
  models: number;
  bills: number;
  /** Bills that differ, beyond what rounding explains. */
  readonly differences: string[];
  /** Models for which we have no price. */
  readonly unpriced: Set<string>;
  readonly free: Set<string>;
  /** Models that no name leads to. */
  readonly unreachable: string[];
}

/** Bills every call to every model, at every time that its price depends on. */
export function compareBills(): Comparison {
  const comparison = {
    models: 0,
    bills: 0,
    differences: [],
    unpriced: new Set(''),
    free: new Set(''),
    unreachable: [],
  };
  for (const { provider, model } of models) compareModel(comparison, provider, model);
  return comparison;
}

function compareModel(comparison: Comparison, provider: Provider, model: ModelInfo): void {
  const id = `${provider.id}/${model.id}`;
  const name = nameOf(provider, model);
  comparison.models += 1;
  if (name === undefined) return void comparison.unreachable.push(id);
  for (const at of Array.isArray(model.prices) ? TIMES : [SOME_TIME]) {
    const found = builtInPriceBook().find({ provider: provider.id, model: name, at });
    if (!found) return void comparison.unpriced.add(id);
    if (Object.values(found.price.base).every((rate) => rate === 0)) comparison.free.add(id);
    for (const call of CALLS) {
      const theirs = calcPrice(asTheirs(call), name, { providerId: provider.id, timestamp: new Date(at) });
      const theirNanos = (theirs?.total_price ?? Number.NaN) * 1e9;
      const difference = Math.abs(costOf(call, found.price) - theirNanos);
      const tolerance = toleranceOf(call, theirNanos, roundedRates(theirs?.model_price ?? {}));
      comparison.bills += 1;
      if (!(difference <= tolerance)) comparison.differences.push(`${id} ${JSON.stringify(call)} ${difference}`);
    }
  }
}

/** Asks every provider for every so-manieth name of all models, and names what only one of us finds. */
export function compareNames(every: number): { names: number; differences: string[] } {
  const ids = models.flatMap(({ model }) => [model.id, `${model.id}-20250514`, `x/${model.id.toUpperCase()}`]);
  const names = [...new Set([...ids, ...models.flatMap(({ model }) => namesIn(model.match))])];
  const asked = names.filter((_, index) => index % every === 0);
  const aliases = ['vertex_ai', 'bedrock', 'xai', 'together_ai', 'my-openai', 'Gemini', 'moonshot'];
  const differences = [...providers.map(({ id }) => id), ...aliases].flatMap((provider) =>
    asked.filter((name) => !isFoundAlike(provider, name)).map((name) => `${provider}/${name}`),
  );
  return { names: asked.length, differences };
}

function isFoundAlike(provider: string, model: string): boolean {
  const call = { inputTokens: 1_000_003, outputTokens: 1_009 };
  const found = builtInPriceBook().find({ provider, model, at: SOME_TIME });
  const theirs = calcPrice(asTheirs(call), model, { providerId: provider, timestamp: new Date(SOME_TIME) });
  if (!found || !theirs) return !found && !theirs?.total_price;
  return Math.abs(costOf(call, found.price) - theirs.total_price * 1e9) <= 1_000;
}
