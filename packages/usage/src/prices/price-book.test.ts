import { describe, expect, test } from 'vitest';
import { builtInLayer, builtInPriceBook } from './built-in-prices.ts';
import { CompiledPrices } from './compiled-prices.ts';
import { PriceBook, type PriceSource } from './price-book.ts';
import type { ListedPrice, PriceList } from './price-list.ts';

const AT = Date.UTC(2026, 9, 1, 12);

function layer(source: PriceSource, version: string, prices: PriceList) {
  return { source, version, prices: new CompiledPrices(prices) };
}

function priced(provider: string, model: string, ...prices: ListedPrice[]): PriceList {
  return [{ provider, models: [{ model, prices }] }];
}

function inputRate(book: PriceBook, provider: string, model: string, at = AT): number | undefined {
  return book.find({ provider, model, at })?.price.base.input;
}

describe('the built-in price book', () => {
  const book = builtInPriceBook();

  test('a model without a price has none, which is not a price of zero (litellm#36561)', () => {
    expect(book.find({ provider: 'openai', model: 'no-such-model', at: AT })).toBe(null);
    expect(book.find({ provider: 'no-such-provider', model: 'gpt-4o', at: AT })).toBe(null);
    expect(book.find({ provider: 'groq', model: 'whisper-large-v3', at: AT })).toBe(null);
  });

  test('a price of zero is a price', () => {
    expect(inputRate(book, 'github-copilot', 'gpt-4o')).toBe(0);
  });

  test('says which version it is from', () => {
    const { version, source } = book.find({ provider: 'openai', model: 'gpt-4o', at: AT }) ?? {};
    expect({ version, source }).toEqual({ version: 'genai-prices@0.1.8', source: 'genai-prices' });
  });

  test('capitals and blanks do not hide a model', () => {
    expect(inputRate(book, 'OpenAI', ' GPT-4o-2024-08-06 ')).toBe(2_500_000);
  });

  test('a provider goes by several names', () => {
    const price = inputRate(book, 'google', 'gemini-2.5-pro');
    expect(price).toBe(1_250_000);
    expect(inputRate(book, 'vertex_ai', 'gemini-2.5-pro')).toBe(price);
    expect(inputRate(book, 'xai', 'grok-4')).toBe(inputRate(book, 'x-ai', 'grok-4'));
  });

  test("a cloud sells other providers' models at their prices", () => {
    expect(inputRate(book, 'azure', 'claude-sonnet-4-5')).toBe(3_000_000);
  });

  test('the price is that of the time of the call: by date, and by the hour of the day', () => {
    const times = ['16T23:59:59.999', '17T00:00:00', '17T01:00:00', '17T03:59:59.999', '17T04:00:00'];
    const rates = times.map((time) => inputRate(book, 'deepseek', 'deepseek-v4-flash', Date.parse(`2026-08-${time}Z`)));
    expect(rates).toEqual([140_000, 220_000, 440_000, 440_000, 220_000]);
  });

  test('has the same prices after any number of unknown models', () => {
    for (let index = 0; index < 25_000; index += 1) book.find({ provider: 'openai', model: `model ${index}`, at: AT });
    expect(inputRate(book, 'openai', 'gpt-4o')).toBe(2_500_000);
  });
});

describe('what a price book remembers of the names that it was asked for', () => {
  /** Searched again, a name has been forgotten. */
  class CountedPrices extends CompiledPrices {
    searches = 0;

    override scheduleOf(...name: Parameters<CompiledPrices['scheduleOf']>) {
      this.searches += 1;
      return super.scheduleOf(...name);
    }
  }

  test.each([
    ['models', (index: number) => ({ provider: 'acme', model: `model ${index}` })],
    ['providers', (index: number) => ({ provider: `provider ${index}`, model: 'large' })],
  ])('is little, however many unknown %s they were', (_, nameOf) => {
    const prices = new CountedPrices(priced('acme', 'large', { input: 1, output: 2 }));
    const book = new PriceBook([], { source: 'genai-prices', version: 'genai-prices@1', prices });
    const isSearchedFor = (index: number) => {
      const before = prices.searches;
      book.find({ ...nameOf(index), at: AT });
      return prices.searches > before;
    };
    for (let first = 0; first < 30_000; first += 10_000) {
      for (let index = first; index < first + 10_000; index += 1) isSearchedFor(index);
      expect([isSearchedFor(first), isSearchedFor(first + 9_999)]).toEqual([false, false]);
    }
    expect([isSearchedFor(0), isSearchedFor(29_998)]).toEqual([true, true]);
  });
});

describe("the operator's prices", () => {
  test('come before the built-in ones, in the order of the layers', () => {
    const book = new PriceBook(
      [
        layer('override', 'override@3', priced('openai', 'gpt-4o', { input: 3, output: 3 })),
        layer('litellm', 'litellm@00000002', priced('openai', 'gpt-5', { input: 2, output: 2 })),
      ],
      builtInLayer(),
    );
    expect(book.find({ provider: 'openai', model: 'gpt-4o', at: AT })?.version).toBe('override@3');
    expect(book.find({ provider: 'openai', model: 'gpt-5', at: AT })?.version).toBe('litellm@00000002');
    expect(book.find({ provider: 'openai', model: 'gpt-4', at: AT })?.version).toBe('genai-prices@0.1.8');
  });

  test('a price that begins later leaves the one before it until then', () => {
    const book = new PriceBook(
      [
        layer('override', 'override@2', priced('openai', 'gpt-4o', { from: AT, input: 2, output: 2 })),
        layer('override', 'override@1', priced('openai', 'gpt-4o', { input: 1, output: 1 })),
      ],
      builtInLayer(),
    );
    expect(inputRate(book, 'openai', 'gpt-4o', AT - 1)).toBe(1);
    expect(inputRate(book, 'openai', 'gpt-4o', AT)).toBe(2);
  });

  test('an override that was taken back takes those before it with it', () => {
    const book = new PriceBook(
      [
        layer('override', 'override@3', priced('openai', 'gpt-4o')),
        layer('override', 'override@2', priced('openai', 'gpt-4o', { input: 2, output: 2 })),
        layer('litellm', 'litellm@00000001', priced('openai', 'gpt-4o', { input: 1, output: 1 })),
      ],
      builtInLayer(),
    );
    expect(inputRate(book, 'openai', 'gpt-4o')).toBe(1);
  });

  test('hours that pass midnight are those of one night', () => {
    const night = { daily: [79_200, 21_600] satisfies [number, number], input: 1, output: 1 };
    const book = new PriceBook(
      [layer('override', 'override@1', priced('my-gateway', 'm', { input: 2, output: 2 }, night))],
      builtInLayer(),
    );
    const at = (time: string) => inputRate(book, 'my-gateway', 'm', Date.parse(`2026-03-01T${time}Z`));
    expect([at('21:59:59.999'), at('22:00:00'), at('05:59:59.999'), at('06:00:00')]).toEqual([2, 1, 1, 2]);
  });

  test('a date in the name of a model may be written with or without dashes', () => {
    const list = priced('my-gateway', 'm-2026-01-02', { input: 1, output: 1 });
    const book = new PriceBook([layer('override', 'override@1', list)], builtInLayer());
    expect(inputRate(book, 'my-gateway', 'm-20260102')).toBe(1);
    expect(inputRate(book, 'my-gateway', 'm-20260103')).toBe(undefined);
  });

  test('of two models that match a name, the first in the list has it, be it by name or by pattern', () => {
    const exact = { model: 'm-mini', prices: [{ input: 1, output: 1 }] };
    const pattern = { model: 'm', match: { contains: 'm' }, prices: [{ input: 2, output: 2 }] };
    const rates = [
      [exact, pattern],
      [pattern, exact],
    ].map((models) => {
      const list = layer('litellm', 'litellm@00000001', [{ provider: 'my-gateway', models }]);
      return inputRate(new PriceBook([list], builtInLayer()), 'my-gateway', 'm-mini');
    });
    expect(rates).toEqual([1, 2]);
  });

  test('are for the provider that they name, not for another whose name is like it', () => {
    const list = priced('my-openai-proxy', 'gpt-4o', { input: 7, output: 7 });
    const book = new PriceBook([layer('override', 'override@1', list)], builtInLayer());
    expect(inputRate(book, 'my-openai-proxy', 'gpt-4o')).toBe(7);
    expect(inputRate(book, 'openai', 'gpt-4o')).toBe(2_500_000);
  });
});
