import type { PriceImport } from '@iron/usage';
import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { UnknownPriceError } from './price-errors.ts';
import {
  importPricesBody,
  listPriceBooksQuery,
  priceBookPage,
  priceBookParams,
  priceBookSchema,
  priceBookWithPricesSchema,
  priceImportSchema,
  priceSchema,
  removeOverrideQuery,
  setOverrideBody,
  showPriceQuery,
} from './price-schemas.ts';
import { usdPerMillion, usdPerRequest } from './price-text.ts';

const READ = { scope: 'prices:read', user: 'any', viewer: 'any' } as const;
const ADMINISTER = { scope: 'prices:write', user: 'none', viewer: 'none' } as const;

const LONGEST_LIST = 16_000_000;

export const showPrice = endpoint({
  id: 'showPrice',
  method: 'get',
  path: '/api/prices',
  summary: 'What a model costs at a time',
  description: 'The overrides come first, then imported lists, then the one that comes with Iron.',
  access: READ,
  query: showPriceQuery,
  answer: { status: 200, description: 'The price, and the list that it is from', body: priceSchema },
  problems: ['price.unknown_model'],
  async handle({ query: { provider, model, at: asked }, services }) {
    const query = { provider, model, at: asked ?? services.now() };
    const found = (await services.prices.currentPriceBook()).find(query);
    if (!found) throw new UnknownPriceError(query);
    const { base, tiers } = found.price;
    const usd = {
      base: usdPerMillion(base),
      tiers: tiers.map((tier) => ({ over: tier.over, ...usdPerMillion(tier) })),
      perRequest: usdPerRequest(found.price),
    };
    return { ...query, ...found, usd };
  },
});

export const listPriceBooks = endpoint({
  id: 'listPriceBooks',
  method: 'get',
  path: '/api/prices/books',
  summary: 'The price books of the operator, the newest first',
  description: 'Each override and each imported list is one. None is ever changed.',
  access: READ,
  query: listPriceBooksQuery,
  answer: { status: 200, description: 'A part of the list, without the prices', body: priceBookPage },
  handle: async ({ query, services }) => await services.prices.listPriceBooks(query),
});

export const showPriceBook = endpoint({
  id: 'showPriceBook',
  method: 'get',
  path: '/api/prices/books/{version}',
  summary: 'A price book by its version, which usage records name',
  access: READ,
  params: priceBookParams,
  answer: { status: 200, description: 'The price book with its prices', body: priceBookWithPricesSchema },
  problems: ['price.book_not_found'],
  handle: async ({ params, services }) => await services.prices.getPriceBook(params.version),
});

export const setPriceOverride = endpoint({
  id: 'setPriceOverride',
  method: 'post',
  path: '/api/prices/overrides',
  summary: 'Say what a model costs, whatever any list says',
  description:
    'A kind without a price of its own costs what the kind that it is a part of costs: `input` or `output`. Where ' +
    'several overrides for a model hold at a time, the one that was set last counts.',
  access: ADMINISTER,
  body: setOverrideBody,
  example: { provider: 'in-house', model: 'large', input: '0.25', output: '1.00' },
  answer: { status: 201, description: 'The price book that holds it', body: priceBookSchema },
  creates: 'anything',
  handle: async ({ body, services, actor }) => await services.prices.setPriceOverride({ ...body, actor }),
});

export const removePriceOverride = endpoint({
  id: 'removePriceOverride',
  method: 'delete',
  path: '/api/prices/overrides',
  summary: 'Take back all overrides of a model',
  description: 'From now on it costs what the lists say.',
  access: ADMINISTER,
  query: removeOverrideQuery,
  answer: { status: 200, description: 'The price book that takes them back', body: priceBookSchema },
  problems: ['price.override_not_found'],
  handle: async ({ query, services, actor }) => await services.prices.removePriceOverride({ ...query, actor }),
});

export const importPrices = endpoint({
  id: 'importPrices',
  method: 'post',
  path: '/api/prices/imports',
  summary: 'Import a price list of another project, all of it or nothing',
  description: 'It takes the place of the list that was imported from there before.',
  access: ADMINISTER,
  body: importPricesBody,
  example: {
    source: 'litellm',
    json: {
      'in-house/small': {
        litellm_provider: 'in-house',
        input_cost_per_token: 1e-7,
        output_cost_per_token: 4e-7,
      },
    },
  },
  longestBody: LONGEST_LIST,
  answer: { status: 201, description: 'What was imported', body: priceImportSchema },
  problems: ['price.invalid_list'],
  creates: 'anything',
  answerOf: shorten,
  async handle({ body: { source, json }, services: { prices }, actor }) {
    const input = { json, actor };
    return shorten(
      source === 'litellm' ? await prices.importLiteLlmPrices(input) : await prices.importModelsDevPrices(input),
    );
  },
});

const MOST_NAMED = 1_000;
const LONGEST_NAME = 150;

/** Of a list that prices nothing the names alone could be too much to be answered again. */
function shorten({ unpriced, ...imported }: PriceImport) {
  const names = unpriced.slice(0, MOST_NAMED).map((name) => name.slice(0, LONGEST_NAME).toWellFormed());
  return { ...imported, unpricedModels: unpriced.length, unpriced: names };
}

export const PRICE_ENDPOINTS: readonly Endpoint[] = [
  showPrice,
  listPriceBooks,
  showPriceBook,
  setPriceOverride,
  removePriceOverride,
  importPrices,
];
