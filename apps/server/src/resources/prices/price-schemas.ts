import { schema } from '@iron/db';
import {
  importPricesSchema,
  listPriceBooksSchema,
  priceBookVersionSchema,
  priceListSchema,
  removePriceOverrideSchema,
  setPriceOverrideSchema,
} from '@iron/usage';
import { z } from 'zod';
import { page, time } from '../fields.ts';

const picos = z.int();
const usd = z.string();

const rates = <Rate extends z.ZodType>(rate: Rate) => ({
  input: rate,
  cachedInput: rate,
  cacheWrite: rate,
  audioInput: rate,
  cachedAudio: rate,
  output: rate,
  reasoning: rate,
  audioOutput: rate,
});

const over = z.int().meta({ description: 'The rates of calls with more input tokens than this, for all their tokens' });

export const priceSchema = z
  .strictObject({
    provider: z.string(),
    model: z.string(),
    at: time,
    source: z.enum(['genai-prices', ...schema.PRICE_SOURCES]),
    version: z.string().meta({ description: 'Of the list that the price is from: what usage records name' }),
    price: z
      .strictObject({
        base: z.strictObject(rates(picos)),
        tiers: z.array(z.strictObject({ over, ...rates(picos) })),
        perRequest: picos,
        notCounted: z
          .array(z.string())
          .meta({ description: 'What the provider charges for as well, and Iron does not count' }),
      })
      .meta({ description: 'In pico-dollars (10^-12 USD) a token, and a request' }),
    usd: z
      .strictObject({
        base: z.strictObject(rates(usd)),
        tiers: z.array(z.strictObject({ over, ...rates(usd) })),
        perRequest: usd,
      })
      .meta({ description: 'The same as decimals: USD a million tokens, and USD a request' }),
  })
  .meta({ id: 'Price' });

const priceBook = {
  id: z.int(),
  version: z.string(),
  source: z.enum(schema.PRICE_SOURCES),
  importedAt: time,
};

export const priceBookSchema = z.strictObject(priceBook).meta({ id: 'PriceBook' });
export const priceBookWithPricesSchema = z.strictObject({
  ...priceBook,
  prices: priceListSchema.meta({ description: 'By provider and model; rates are pico-dollars a token' }),
});

export const priceImportSchema = z.strictObject({
  version: z.string(),
  imported: z
    .boolean()
    .meta({ description: 'false: this list is the one that was imported last; nothing was changed' }),
  models: z.int().meta({ description: 'How many models it prices' }),
  unpricedModels: z.int().meta({
    description: 'How many it has without a price for tokens: they stay unpriced, if no other list prices them',
  }),
  unpriced: z.array(z.string()).meta({ description: 'The first thousand of those, as the list calls them' }),
});

export const priceBookPage = page(priceBookSchema);

export const priceBookParams = z.strictObject({ version: priceBookVersionSchema });

export const showPriceQuery = removePriceOverrideSchema.omit({ actor: true }).extend({
  at: time.min(0).optional().meta({ description: 'Milliseconds since the epoch. Default: now' }),
});
export const listPriceBooksQuery = listPriceBooksSchema;
export const setOverrideBody = setPriceOverrideSchema.omit({ actor: true });
export const removeOverrideQuery = removePriceOverrideSchema.omit({ actor: true });
export const importPricesBody = importPricesSchema.omit({ actor: true }).extend({
  source: z.enum(['litellm', 'models.dev']).meta({
    description: 'LiteLLM’s `model_prices_and_context_window.json`, or models.dev’s `api.json`',
  }),
});
