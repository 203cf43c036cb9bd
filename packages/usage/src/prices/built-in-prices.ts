import { CompiledPrices } from './compiled-prices.ts';
import genaiPrices from './genai-prices.json' with { type: 'json' };
import { type CompiledLayer, PriceBook } from './price-book.ts';
import { parsePriceList } from './price-list.ts';

/** Of genai-prices, from which `genai-prices.json` is generated. */
const VERSION = '0.1.8';

let layer: CompiledLayer | undefined;
let book: PriceBook | undefined;

/** The price list that comes with Iron, made ready when it is first asked for. */
export function builtInLayer(): CompiledLayer {
  layer ??= {
    source: 'genai-prices',
    version: `genai-prices@${VERSION}`,
    prices: new CompiledPrices(parsePriceList(genaiPrices)),
  };
  return layer;
}

/**
 * The prices that come with Iron: those of genai-prices, as they were when this version of Iron was made. Needs no
 * database and no network.
 */
export function builtInPriceBook(): PriceBook {
  book ??= new PriceBook([], builtInLayer());
  return book;
}
