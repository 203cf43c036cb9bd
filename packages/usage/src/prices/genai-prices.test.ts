import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatPriceList, normaliseGenaiPrices } from '../../scripts/normalise-genai-prices.ts';
import { builtInPriceBook } from './built-in-prices.ts';
import { compareBills, compareNames, providers } from './genai-comparison.fixture.ts';

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
  const { models, bills, differences, unpriced, free, unreachable } = compareBills();

  test('every call of every model costs the same, in every tier, at every date and hour', () => {
    expect(differences).toEqual([]);
    expect(unreachable).toEqual([]);
    expect({ models, bills }).toEqual({ models: 1694, bills: 33_750 });
  });

  test('every name of a model, known or not, leads to the same price', () => {
    const { names, differences: found } = compareNames(29);
    expect(found).toEqual([]);
    expect(names).toBeGreaterThan(150);
  });

  test('what is not priced in tokens or requests is unpriced, not free', () => {
    expect([...unpriced]).toMatchInlineSnapshot(`
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

  test('what costs nothing is free and not unpriced', () => {
    expect(free).toContain('github-copilot/gpt-4o');
    expect(free.size).toBe(160);
  });
});
