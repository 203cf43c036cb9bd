import { InvalidInputError, run, schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { cases, FUZZ_TIMEOUT_MS, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PriceOverrideInput, setPriceOverrideSchema, toListedPrice } from './override-input.ts';
import { CorruptPriceBookError } from './price-errors.ts';
import { PriceStorage } from './price-storage.ts';

const NOW = Date.UTC(2026, 9, 1);

let made: Awaited<ReturnType<typeof testDatabase>>;
let storage: PriceStorage;
beforeAll(async () => {
  made = await testDatabase();
  storage = await PriceStorage.open(made.database, { now: () => NOW });
});
afterAll(async () => await made[Symbol.asyncDispose]());

const dollars = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 2.5, '0.075', '10', 1e-6, 9_007_199_254.74) },
  { weight: 1, arbitrary: fc.constantFrom(-0, -1, 1e308, 5e-324, 1e-7, Number.NaN, Infinity, '1e999', '-0', '') },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: oddText },
);
const someRates = fc.record(
  { cachedInput: dollars, cacheWrite: dollars, reasoning: dollars, audioOutput: dollars },
  { requiredKeys: [] },
);
const tier = fc.tuple(fc.constantFrom(0, 1_000, 200_000, -0, -1, 0.5, 2 ** 53), someRates);
const name = fc.oneof(fc.constantFrom('OpenAI', '__proto__', 'constructor', ' ', 'x'.repeat(201)), oddText);
const override: fc.Arbitrary<PriceOverrideInput> = fc
  .tuple(
    fc.record({ provider: name, model: name, input: dollars, output: dollars }),
    someRates,
    fc.record(
      {
        effectiveFrom: fc.constantFrom(0, NOW, -1, 8.64e15, 2 ** 53),
        perRequest: dollars,
        tiers: fc.array(tier, { maxLength: 3 }).map((all) => all.map(([over, rates]) => ({ over, ...rates }))),
      },
      { requiredKeys: [] },
    ),
  )
  .map((parts) => Object.assign({}, ...parts) as PriceOverrideInput);

describe('any price of an operator', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is refused by name, or is kept to the last digit', async () => {
    const property = fc.asyncProperty(override, async (input) => {
      const record = await setOrRefusal(input);
      if (record instanceof InvalidInputError) return;
      const { provider, model, effectiveFrom = 0, ...said } = setPriceOverrideSchema.parse(input);
      const { prices } = await storage.getPriceBook(record.version);
      const kept = toListedPrice({ provider, model, ...said, ...('effectiveFrom' in input && { effectiveFrom }) });
      expect(prices).toEqual(asStored([{ provider, models: [{ model, prices: [kept] }] }]));
      const at = Math.max(NOW, effectiveFrom);
      expect((await storage.currentPriceBook()).find({ provider, model, at })?.version).toBe(record.version);
      await storage.removePriceOverride({ provider, model });
    });
    await fc.assert(property, cases(150));
  });
});

/** What JSON makes of it: 0 of -0. */
function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function setOrRefusal(input: PriceOverrideInput): Promise<{ version: string } | InvalidInputError> {
  try {
    return await storage.setPriceOverride(input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}

const MODEL = { model: 'm', match: { or: [{ starts_with: 'm' }, { regex: '^(a|b)$' }] }, prices: [] };
const PRICE = { from: 5, input: 1, tiers: [{ over: 3, input: 2 }], perRequest: 4, notCounted: ['x'] };
const LIST = JSON.stringify([{ provider: 'p', models: [MODEL, { model: 'n', prices: [PRICE] }] }]);

/** The list with one of its values, or of its names, something else. */
const oddList = fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 2 })).map(([which, value]) => {
  const parts = LIST.split(/("[^"]*"|\d+)/);
  parts[2 * (which % Math.floor(parts.length / 2)) + 1] = JSON.stringify(value);
  return parts.join('');
});
const content = fc.oneof(
  { weight: 4, arbitrary: oddList.filter(isJson) },
  { weight: 1, arbitrary: fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)) },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('any price book that somebody else wrote into the database', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is refused by its version, or is read', async () => {
    let id = 1_000_000; // overrides, which are numbered as well, come before
    const property = fc.asyncProperty(content, async (odd) => {
      const version = `litellm@${(id += 1)}`;
      const book = { id, version, source: 'litellm', content: odd, importedAt: NOW } as const;
      await made.database.write((tx) => run(tx.insert(schema.priceBooks).values(book)));
      const outcomes = [await outcomeOf(storage.getPriceBook(version)), await outcomeOf(find())];
      expect(outcomes.filter((outcome) => outcome !== 'read' && !outcome.includes(version))).toEqual([]);
    });
    await fc.assert(property, cases(60));
  });
});

async function find(): Promise<unknown> {
  await using another = await PriceStorage.open(made.database);
  return (await another.currentPriceBook()).find({ provider: 'p', model: 'n', at: NOW });
}

async function outcomeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
    return 'read';
  } catch (error) {
    if (error instanceof CorruptPriceBookError) return error.message;
    throw error;
  }
}
