import { describe, expect, test } from 'vitest';
import { readLiteLlmPrices } from './litellm-prices.ts';
import { InvalidPriceListError } from './price-errors.ts';

const GPT = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 };

function pricesOf(entries: Readonly<Record<string, unknown>>) {
  return readLiteLlmPrices(entries).list.flatMap(({ provider, models }) =>
    models.map(({ model, prices }) => ({ provider, model, ...prices[0] })),
  );
}

describe('readLiteLlmPrices()', () => {
  test('dollars a token become pico-dollars, exactly, and every kind of token has its own', () => {
    const audio = {
      ...GPT,
      cache_read_input_token_cost: 1.25e-7,
      cache_creation_input_token_cost: 3.75e-6,
      input_cost_per_audio_token: 4e-5,
      output_cost_per_audio_token: 8e-5,
      cache_read_input_audio_token_cost: 3e-7,
      output_cost_per_reasoning_token: 6e-6,
      input_cost_per_request: 0.005,
    };
    expect(pricesOf({ 'gpt-audio': audio })).toEqual([
      {
        provider: 'openai',
        model: 'gpt-audio',
        input: 2_500_000,
        output: 10_000_000,
        cachedInput: 125_000,
        cacheWrite: 3_750_000,
        audioInput: 40_000_000,
        audioOutput: 80_000_000,
        cachedAudio: 300_000,
        reasoning: 6_000_000,
        perRequest: 5_000_000_000,
      },
    ]);
  });

  test('takes the text of the file as well, and leaves out the sample at its head', () => {
    const text = JSON.stringify({
      sample_spec: { litellm_provider: 'one of …', input_cost_per_token: 0 },
      'gpt-x': GPT,
    });
    expect(readLiteLlmPrices(text)).toEqual(readLiteLlmPrices({ 'gpt-x': GPT }));
  });

  test('prices for longer inputs become tiers, at the threshold in the name of the field', () => {
    const entry = {
      ...GPT,
      input_cost_per_token_above_272k_tokens: 4e-6,
      output_cost_per_token_above_272k_tokens: 1.5e-5,
      input_cost_per_token_above_128k_tokens: 3e-6,
      input_cost_per_token_above_272k_tokens_priority: 9,
      input_cost_per_image_above_512k_tokens: 9,
    };
    const [price] = pricesOf({ 'gpt-x': entry });
    expect(price?.input).toBe(2_500_000);
    expect(price?.tiers).toEqual([
      { over: 128_000, input: 3_000_000 },
      { over: 272_000, input: 4_000_000, output: 15_000_000 },
    ]);
  });

  test('prices by ranges become tiers, also where they are written as text', () => {
    const entry = {
      litellm_provider: 'dashscope',
      mode: 'chat',
      tiered_pricing: [
        { range: [32_000, 128_000], input_cost_per_token: '8e-07', output_cost_per_token: '3.2e-06' },
        { range: [0, 32_000], input_cost_per_token: '4e-07', output_cost_per_token: '1.6e-06' },
      ],
    };
    expect(pricesOf({ 'dashscope/qwen': entry })).toMatchObject([
      { input: 400_000, output: 1_600_000, tiers: [{ over: 32_000, input: 800_000, output: 3_200_000 }] },
    ]);
  });

  test('its many names for a provider are one', () => {
    const { list } = readLiteLlmPrices({
      'bedrock/us-east-1/m': { ...GPT, litellm_provider: 'bedrock' },
      'anthropic.m': { ...GPT, litellm_provider: 'bedrock_converse' },
      'vertex_ai/claude': { ...GPT, litellm_provider: 'vertex_ai-anthropic_models' },
      grok: { ...GPT, litellm_provider: 'xai' },
      local: { ...GPT, litellm_provider: 'my_own' },
    });
    const names = list.map(({ provider, models }) => [provider, models.map(({ model }) => model)]);
    expect(Object.fromEntries(names)).toEqual({
      aws: ['anthropic.m', 'bedrock/us-east-1/m'],
      google: ['vertex_ai/claude'],
      'x-ai': ['grok'],
      my_own: ['local'],
    });
  });

  test('a name without its prefix wins over the same name with one', () => {
    const { list } = readLiteLlmPrices({
      'gemini/gemini-x': { ...GPT, litellm_provider: 'gemini', input_cost_per_token: 1e-6 },
      'gemini-x': { ...GPT, litellm_provider: 'vertex_ai-language-models', input_cost_per_token: 2e-6 },
    });
    expect(list[0]?.models.map(({ model, match }) => [model, match])).toEqual([
      ['gemini-x', undefined],
      ['gemini/gemini-x', { or: [{ equals: 'gemini/gemini-x' }, { equals: 'gemini-x' }] }],
    ]);
  });

  test('what is not priced in tokens is unpriced and listed, never free', () => {
    const { models, unpriced } = readLiteLlmPrices({
      'gpt-x': GPT,
      'text-embedding': { litellm_provider: 'openai', mode: 'embedding', input_cost_per_token: 1e-7 },
      'dall-e': { litellm_provider: 'openai', mode: 'image_generation', input_cost_per_pixel: 1.9e-8 },
      whisper: { litellm_provider: 'openai', input_cost_per_second: 1e-4, output_cost_per_second: 0 },
      rerank: { ...GPT, input_cost_per_token: 0, output_cost_per_token: 0, input_cost_per_query: 0.002 },
      'no-output': { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 1e-7 },
      null: { ...GPT, input_cost_per_token: null },
    });
    expect(models).toBe(2);
    expect(unpriced).toEqual(['dall-e', 'whisper', 'rerank', 'no-output', 'null']);
  });

  test('what a price charges for besides is told', () => {
    const entry = {
      ...GPT,
      search_context_cost_per_query: { search_context_size_low: 0.01 },
      cache_creation_input_token_cost_above_1hr: 6e-6,
      input_cost_per_token_batches: 1e-6,
      output_cost_per_image: 0,
      output_cost_per_pixel: null,
      tiered_cost: [{ toString: 1, valueOf: 1 }],
    };
    const [price] = pricesOf({ 'gpt-x': entry });
    expect(price?.notCounted).toEqual([
      'search_context_cost_per_query',
      'cache_creation_input_token_cost_above_1hr',
      'tiered_cost',
    ]);
  });

  test('a price above a size that is written in another way is told, and not left out', () => {
    const entry = {
      ...GPT,
      input_cost_per_token_above_0200k_tokens: 4e-6,
      input_cost_per_token_above_200K_tokens: 4e-6,
      input_cost_per_request_above_200k_tokens: 0.1,
    };
    expect(pricesOf({ 'gpt-x': entry })[0]?.notCounted).toEqual([
      'input_cost_per_token_above_0200k_tokens',
      'input_cost_per_token_above_200K_tokens',
      'input_cost_per_request_above_200k_tokens',
    ]);
  });

  test('what a range charges for besides is told, and that there are ranges of something else than input', () => {
    const ranges = [
      { range: [0, 32_000], input_cost_per_image: 0.1 },
      { max_results_range: [0, 25], cost: 1 },
    ];
    for (const [tiers, told] of [
      [ranges, ['input_cost_per_image', 'tiered_pricing']],
      [{ from: 0, cost: 1 }, ['tiered_pricing']],
    ] as const) {
      expect(pricesOf({ 'gpt-x': { ...GPT, tiered_pricing: tiers } })[0]?.notCounted).toEqual(told);
    }
  });

  test('an entry that is wrong is named, with all others that are, and nothing is imported', () => {
    const json = {
      good: GPT,
      negative: { ...GPT, input_cost_per_token: -1e-6 },
      wordy: { ...GPT, output_cost_per_token: 'cheap' },
      tiny: { ...GPT, input_cost_per_token: 1e-13 },
      orphan: { input_cost_per_token: 1e-6 },
      list: [],
      ranged: { ...GPT, tiered_pricing: [{ range: ['all'], input_cost_per_token: 1 }] },
      endless: { ...GPT, input_cost_per_token_above_1000000000000000k_tokens: 1e-6 },
    };
    const read = () => readLiteLlmPrices(json);
    expect(read).toThrow(InvalidPriceListError);
    expect(read).toThrow('negative: input_cost_per_token is not a price: -0.000001; wordy: output_cost_per_token');
    for (const name of ['tiny', 'orphan', 'list', 'ranged', 'endless']) expect(read).toThrow(`; ${name}: `);
  });

  test('does not take a list with a token in it, and does not say the token', () => {
    const token = `iron_dev_${'x'.repeat(49)}`;
    for (const json of [{ [token]: {} }, { x: { ...GPT, [token]: 1 } }, JSON.stringify({ x: token })]) {
      const read = () => readLiteLlmPrices(json);
      expect(read).toThrow('it holds a token, which must not be written down');
      expect(read).not.toThrow(token);
    }
  });

  test('refuses one that is nested without end', () => {
    expect(() => readLiteLlmPrices(`{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).toThrow(
      'it is nested too deeply',
    );
  });

  test.each([['not JSON'], ['[]'], [null], [7], ['{}'], [{ 'dall-e': { litellm_provider: 'openai' } }]])(
    'refuses what is no price list: %j',
    (json) => {
      expect(() => readLiteLlmPrices(json)).toThrow(InvalidPriceListError);
    },
  );
});
