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
  from: z.int().optional().meta({ description: 'Milliseconds since the epoch: not before' }),
  daily: z.tuple([secondOfDay, secondOfDay]).optional().meta({
    description:
      'Seconds of the UTC day: only from the first until before the second, past midnight when that is smaller',
  }),
  ...rates,
  tiers: z.array(z.strictObject({ over: z.int().min(0), ...rates })).optional(),
  perRequest: rate.optional(),
  notCounted: z.array(z.string()).optional(),
});

const listedModel = z.strictObject({
  model: z.string().min(1),
  match: matchRule.optional().meta({ description: 'Default: the model’s name' }),
  prices: z.array(listedPrice).meta({
    description: 'The last that applies at the time counts. None at all: known, but not priced in what Iron counts',
  }),
});

const listedProvider = z.strictObject({
  provider: z.string().min(1),
  match: matchRule.optional().meta({ description: 'Other names of the provider' }),
  fallbacks: z
    .array(z.string())
    .optional()
    .meta({ description: 'Providers whose models this one has, too, at their prices' }),
  models: z.array(listedModel).meta({ description: 'In order: the first that matches a name has it' }),
});

/** Checks a {@link PriceList}. */
export const priceListSchema = z.array(listedProvider);

/** Checks that `content` is a price list. Throws a ZodError where it is not. */
export function parsePriceList(content: unknown): PriceList {
  return priceListSchema.parse(content);
}
