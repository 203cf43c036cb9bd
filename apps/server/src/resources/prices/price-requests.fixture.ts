import type { TestApi } from '../../api.fixture.ts';
import { aboutNothing, type RequestMaker } from '../request-maker.fixture.ts';

const MODEL = { provider: 'in-house', model: 'large' };
const LITELLM_LIST = {
  'in-house/small': { litellm_provider: 'in-house', input_cost_per_token: 1e-7, output_cost_per_token: 4e-7 },
};

export const PRICE_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  showPrice: aboutNothing(() => ({ query: { provider: 'openai', model: 'gpt-4o' } })),
  listPriceBooks: aboutNothing(),
  showPriceBook: aboutNothing(async (api) => ({ params: { version: await setPrice(api) } })),
  setPriceOverride: aboutNothing(() => ({ body: { ...MODEL, input: '0.25', output: 1 } })),
  removePriceOverride: aboutNothing(async (api) => {
    await setPrice(api);
    return { query: MODEL };
  }),
  importPrices: aboutNothing(() => ({ body: { source: 'litellm', json: LITELLM_LIST } })),
};

async function setPrice({ services }: TestApi): Promise<string> {
  return (await services.prices.setPriceOverride({ ...MODEL, input: 1, output: 2 })).version;
}
