import { z } from 'zod';
import { matchRule } from './match-rule.ts';

/**
 * A price list as it is stored: the built-in one in `genai-prices.json`, an operator's in `_price_books.content`.
 * Rates are integers of pico-dollars.
 */
export type PriceList = readonly ListedProvider[];

export type ListedProvider = z.infer<typeof listedProvider>;
export type ListedModel = z.infer<typeof listedModel>;
export type ListedPrice = z.infer<typeof listedPrice>;

const rate = z.int().min(0);
const rates = {
  input: rate.optional(),
  cachedInput: rate.optional(),
  cacheWrite: rate.optional(),
  audioInput: rate.optional(),
  cachedAudio: rate.optional(),
  output: rate.optional(),
  reasoning: rate.optional(),
  audioOutput: rate.optional(),
};
const secondOfDay = z.number().min(0).max(86_400);

const listedPrice = z.strictObject({
  /** Milliseconds since the epoch: not before. */
  from: z.int().optional(),
  /** Seconds of the UTC day: only from the first until before the second, past midnight when that is smaller. */
  daily: z.tuple([secondOfDay, secondOfDay]).optional(),
  ...rates,
  tiers: z.array(z.strictObject({ over: z.int().min(0), ...rates })).optional(),
  perRequest: rate.optional(),
  notCounted: z.array(z.string()).optional(),
});

const listedModel = z.strictObject({
  model: z.string().min(1),
  /** Default: the model's name. */
  match: matchRule.optional(),
  /** The last that applies at the time counts. None at all: known, but not priced in what Iron counts. */
  prices: z.array(listedPrice),
});

const listedProvider = z.strictObject({
  provider: z.string().min(1),
  /** Other names of the provider. */
  match: matchRule.optional(),
  /** Providers whose models this one has, too, at their prices. */
  fallbacks: z.array(z.string()).optional(),
  /** In order: the first that matches a name has it. */
  models: z.array(listedModel),
});

const priceList = z.array(listedProvider);

/** Checks that `content` is a price list. Throws a ZodError where it is not. */
export function parsePriceList(content: unknown): PriceList {
  return priceList.parse(content);
}
