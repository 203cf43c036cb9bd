import { readFileSync } from 'node:fs';
import { type ModelInfo, type Provider, type Usage, calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { formatPriceList, normaliseGenaiPrices } from '../../scripts/normalise-genai-prices.ts';
import { builtInPriceBook } from './built-in-prices.ts';
import { type TokenCounts, costOf } from './cost.ts';
import type { ModelPrice } from './model-price.ts';

const providers = (await waitForUpdate()) ?? [];
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

test('the committed price list is the one that the pinned genai-prices gives', () => {
  const committed = readFileSync(new URL('genai-prices.json', import.meta.url), 'utf8');
  expect(committed).toBe(formatPriceList(normaliseGenaiPrices(providers)));
});

test('the version that usage rows store is the one that is pinned', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = builtInPriceBook().find({ provider: 'openai', model: 'gpt-4o', at: 0 })?.version ?? '';
  const [, pinned] = version.split('@');
  expect(manifest).toMatchObject({ devDependencies: { '@pydantic/genai-prices': pinned } });
});

describe('against the calculation of genai-prices', () => {
  const unpriced: string[] = [];
  const free: string[] = [];
  const unreachable: string[] = [];
  const differences: string[] = [];
  let compared = 0;

  for (const { provider, model } of models) {
    const id = `${provider.id}/${model.id}`;
    const name = nameOf(provider, model);
    if (name === undefined) {
      unreachable.push(id);
      continue;
    }
    for (const at of Array.isArray(model.prices) ? TIMES : [TIMES[7] ?? 0]) compareAt(provider, id, name, at);
  }

  function compareAt(provider: Provider, id: string, name: string, at: number): void {
    const found = builtInPriceBook().find({ provider: provider.id, model: name, at });
    if (!found) return void unpriced.push(id);
    const isFree = Object.values(found.price.base).every((rate) => rate === 0);
    if (isFree) free.push(id);
    for (const call of CALLS) compareCall(provider, id, name, at, call, found.price);
  }

  function compareCall(provider: Provider, id: string, name: string, at: number, call: TokenCounts, price: ModelPrice) {
    const theirs = calcPrice(asTheirs(call), name, { providerId: provider.id, timestamp: new Date(at) });
    const theirNanos = (theirs?.total_price ?? Number.NaN) * 1e9;
    const difference = Math.abs(costOf(call, price) - theirNanos);
    compared += 1;
    const tolerance = toleranceOf(call, theirNanos, roundedRates(theirs?.model_price ?? {}));
    if (!(difference <= tolerance)) differences.push(`${id} ${JSON.stringify(call)} ${difference}`);
  }

  test('every call of every model costs the same, in every tier, at every date and hour', () => {
    expect(differences).toEqual([]);
    expect(models.length).toBe(1694);
    expect(compared).toBeGreaterThan(30_000);
  });

  test('what is not priced in tokens or requests is unpriced, not free', () => {
    expect([...new Set(unpriced)]).toMatchInlineSnapshot(`
      [
        "cerebras/qwen-3-coder-480b",
        "groq/whisper-large-v3",
        "groq/whisper-large-v3-turbo",
        "mistral/mistral-ocr-2503",
        "mistral/mistral-ocr-2505",
        "mistral/mistral-ocr-2512",
        "mistral/mistral-ocr-4-0",
        "mistral/mistral-ocr-4-1",
        "mistral/mistral-ocr-latest",
        "mistral/voxtral-mini-2602",
        "openai/gpt-transcribe",
        "openai/whisper-1",
        "openrouter/google/lyria-3-clip-preview",
        "openrouter/google/lyria-3-pro-preview",
        "x-ai/grok-voice-latest",
        "x-ai/grok-voice-think-fast-1.0",
        "x-ai/grok-voice-think-fast-2.0",
      ]
    `);
  });

  test('every model can be found', () => {
    expect(unreachable).toEqual([]);
  });

  test('what costs nothing is free and not unpriced', () => {
    expect(free).toContain('github-copilot/gpt-4o');
    expect(free.length).toBe(160);
  });
});
