import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompiledPrices, valueAt } from './compiled-prices.ts';
import { costOf } from './cost.ts';
import type { ImportedPrices } from './imported-prices.ts';
import { readLiteLlmPrices } from './litellm-prices.ts';
import { readModelsDevPrices } from './models-dev-prices.ts';
import { CostTooLargeError, InvalidPriceListError } from './price-errors.ts';
import { type ListedPrice, parsePriceList, type PriceList } from './price-list.ts';

type Entry = Readonly<Record<string, unknown>>;
type Read = (json: unknown) => ImportedPrices;

const TOKEN = `iron_dev_${'x'.repeat(49)}`;

const price = fc.constantFrom(0, 2.5e-6, 1e-5, 1.25e-7, 9007.19925474099, '8e-07', '0.000001');
const oddPrice = fc.oneof(
  fc.constantFrom<unknown>(-0, 1e308, 5e-324, 1e-13, -1e-6, 2 ** 53, '1e999', '-1', 'NaN', '', true, null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  oddText,
  fc.jsonValue({ maxDepth: 2 }),
);
const anyPrice = fc.oneof({ weight: 5, arbitrary: price }, { weight: 1, arbitrary: oddPrice });
const size = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 128_000, 200_000) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(-0, -1, 0.5, 1e308, 2 ** 53, '1', null, []) },
);

/** Objects of some fields; names that all objects have are fields of their own. */
function entryOf(field: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Entry> {
  return fc.array(fc.tuple(field, value), { maxLength: 3 }).map((fields) => Object.fromEntries(fields));
}

/** Some of what is valid with something else in it, as a value or as a text that may be none any more. */
function listOf(entry: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const entries = fc.array(fc.tuple(name, entry), { maxLength: 4 }).map((all) => Object.fromEntries(all));
  const text = entries.map((list) => JSON.stringify(list));
  return fc.oneof({ weight: 2, arbitrary: entries }, { weight: 1, arbitrary: nearly(text) });
}

const name = fc.oneof(
  fc.constantFrom('gpt-x', 'GPT-X', 'openai/gpt-x', 'gemini/', '/', '__proto__', 'constructor', 'a\0b', TOKEN),
  oddText,
);

const PER_TOKEN = ['input_cost_per_token', 'output_cost_per_token', 'cache_read_input_token_cost'];
const BESIDE = ['output_cost_per_reasoning_token', 'input_cost_per_request', 'output_cost_per_image', 'cost'];
const ABOVE = ['', '_above_200k_tokens', '_above_0200k_tokens', '_above_0k_tokens', '_above_9007199254741k_tokens'];
const liteLlmField = fc
  .tuple(fc.constantFrom(...PER_TOKEN, ...BESIDE), nearly(fc.constantFrom(...ABOVE), 1))
  .map(([field, above]) => field + above);
const range = fc
  .tuple(size, entryOf(liteLlmField, anyPrice))
  .map(([from, rates]) => ({ range: [from, 256_000], ...rates }));
const ranges = fc.oneof(fc.array(fc.oneof(range, oddPrice), { maxLength: 3 }), oddPrice);
const GPT = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 };
const liteLlmEntry = fc
  .tuple(
    entryOf(fc.oneof({ weight: 4, arbitrary: liteLlmField }, { weight: 1, arbitrary: oddText }), anyPrice),
    fc.record({ tiered_pricing: ranges, mode: oddText, litellm_provider: name }, { requiredKeys: [] }),
  )
  .map(([fields, others]) => ({ ...GPT, ...fields, ...others }));

const modelsDevField = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('input', 'output', 'cache_read', 'cache_write', 'reasoning', 'image') },
  { weight: 1, arbitrary: oddText },
);
const rates = entryOf(modelsDevField, anyPrice);
const tier = fc
  .tuple(rates, fc.constantFrom('context', 'time'), size)
  .map(([above, type, from]) => ({ ...above, tier: { type, size: from } }));
const cost = fc
  .tuple(
    rates,
    fc.record(
      { tiers: fc.oneof(fc.array(fc.oneof(tier, oddPrice), { maxLength: 3 }), oddPrice), context_over_200k: rates },
      { requiredKeys: [] },
    ),
  )
  .map(([fields, tiers]) => ({ input: 1, output: 2, ...fields, ...tiers }));
const modelsDevEntry = fc
  .array(fc.tuple(name, fc.oneof(cost, oddPrice)), { maxLength: 3 })
  .map((models) => ({ models: Object.fromEntries(models.map(([model, priced]) => [model, { cost: priced }])) }));

const SOURCES: readonly [source: string, read: Read, list: fc.Arbitrary<unknown>][] = [
  ['LiteLLM', readLiteLlmPrices, listOf(fc.oneof({ weight: 9, arbitrary: liteLlmEntry }, oddPrice))],
  ['models.dev', readModelsDevPrices, listOf(fc.oneof({ weight: 9, arbitrary: modelsDevEntry }, oddPrice))],
];

function importOrRefusal(read: Read, json: unknown): ImportedPrices | InvalidPriceListError {
  try {
    return read(json);
  } catch (error) {
    if (error instanceof InvalidPriceListError) return error;
    throw error;
  }
}

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

/** What a call costs by every price of a list, where it is not more than any call can. */
function bills(list: PriceList): number[] {
  const compiled = new CompiledPrices(list);
  return list.flatMap(({ provider, models }) =>
    models.flatMap(({ model }) => {
      const found = valueAt(compiled.scheduleOf(provider.toLowerCase(), model.toLowerCase()) ?? [], 0);
      if (!found) throw new Error(`${provider}/${model} is not found`);
      return [0, 300_000].flatMap((inputTokens) => {
        try {
          return [costOf({ inputTokens, outputTokens: 7 }, found)];
        } catch (error) {
          if (error instanceof CostTooLargeError) return [];
          throw error;
        }
      });
    }),
  );
}

describe.each(SOURCES)('any price list of %s', { timeout: FUZZ_TIMEOUT_MS }, (_, read, list) => {
  test('is refused, or holds amounts that are exact, and finds a price for every model of it', () => {
    const property = fc.property(list, (json) => {
      const found = importOrRefusal(read, json);
      if (found instanceof Error) return;
      const amounts = [...numbersOf(found.list), ...bills(found.list)];
      expect(amounts.filter((amount) => !Number.isSafeInteger(amount) || amount < 0)).toEqual([]);
    });
    fc.assert(property, cases(400));
  });

  test('is the same as a text and when it was stored', () => {
    const property = fc.property(list, (json) => {
      const found = importOrRefusal(read, json);
      if (found instanceof Error) return;
      expect(parsePriceList(JSON.parse(JSON.stringify(found.list)))).toEqual(found.list);
      expect(read(typeof json === 'string' ? JSON.parse(json) : JSON.stringify(json))).toEqual(found);
    });
    fc.assert(property, cases(400));
  });

  test('with a token anywhere is refused without the token', () => {
    const property = fc.property(list, (json) => {
      const found = importOrRefusal(read, json);
      const text = typeof json === 'string' ? json : JSON.stringify(json);
      const isRefused = found instanceof Error;
      const said = isRefused ? `${found.message} ${JSON.stringify(found.details)}` : '';
      expect([isRefused || !text.includes(TOKEN), said.includes(TOKEN)]).toEqual([true, false]);
    });
    fc.assert(property, cases(400));
  });

  test.each(['{"', '{"a":', '[', '{"a":1,', '9', '"__proto__":{'].map((piece) => [piece, long(piece)]))(
    'of 100,000 characters is refused at once: %j',
    (_piece, text) => {
      for (const json of [text, `{"a":${text}}`]) {
        expect(importOrRefusal(read, json)).toBeInstanceOf(InvalidPriceListError);
      }
    },
  );
});

/** What one model is priced at; null where the list was refused, or the model is said to be without a price. */
function priceOf(read: Read, json: unknown): ListedPrice | null {
  const found = importOrRefusal(read, json);
  return found instanceof Error ? null : (found.list[0]?.models[0]?.prices[0] ?? null);
}

/** A list of models.dev with one model. */
function listed(priced: Entry) {
  return { p: { models: { m: { cost: priced } } } };
}

/** That nobody was charged before. */
const CHARGE = 7.77e-6;

describe(
  'a charge in a price list never vanishes: it is a price, told as not counted, or why the list is refused',
  { timeout: FUZZ_TIMEOUT_MS },
  () => {
    test('of LiteLLM, whatever its field is called', () => {
      const valid = fc.constantFrom({}, { input_cost_per_token_above_200k_tokens: 3e-6 }, { output_cost_per_image: 2 });
      const property = fc.property(valid, liteLlmField, fc.boolean(), (others, field, isInRange) => {
        fc.pre(!Object.hasOwn({ ...GPT, ...others }, field) && field.includes('cost'));
        const entry = { ...GPT, ...others };
        const before = { ...entry, ...(isInRange && { tiered_pricing: [{ range: [1_000, 2_000] }] }) };
        const after = isInRange
          ? { ...entry, tiered_pricing: [{ range: [1_000, 2_000], [field]: CHARGE }] }
          : { ...entry, [field]: CHARGE };
        expect(priceOf(readLiteLlmPrices, { m: before })).not.toBeNull();
        expect(priceOf(readLiteLlmPrices, { m: after })).not.toEqual(priceOf(readLiteLlmPrices, { m: before }));
      });
      fc.assert(property, cases(1_000));
    });

    test('of models.dev, whatever its field is called', () => {
      const field = fc.oneof(modelsDevField, fc.constantFrom('tiers', 'tier', 'context_over_200k'));
      const step = { tier: { type: 'context', size: 1_000 }, input: 3, output: 4 };
      const base = { input: 1, output: 2, tiers: [step] };
      const property = fc.property(field, fc.boolean(), (charged, isInTier) => {
        fc.pre(isInTier || charged !== 'context_over_200k'); // the same as `tiers`, for who does not know them
        const charge = { [charged]: CHARGE };
        const after = isInTier ? { ...base, tiers: [{ ...step, ...charge }] } : { ...base, ...charge };
        const was = priceOf(readModelsDevPrices, listed(base));
        expect(was).not.toBeNull();
        expect(priceOf(readModelsDevPrices, listed(after))).not.toEqual(was);
      });
      fc.assert(property, cases(1_000));
    });
  },
);
