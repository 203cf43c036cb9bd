import { type CompiledPrices, type Schedule, valueAt } from './compiled-prices.ts';
import type { ModelPrice } from './model-price.ts';

/** Where a price comes from: the list that comes with Iron, or one of the operator's. */
export type PriceSource = 'genai-prices' | 'override' | 'litellm' | 'models.dev';

/** One price list, ready to be searched, and where it is from. */
export interface CompiledLayer {
  readonly source: PriceSource;
  /** What usage rows store: `genai-prices@0.1.8`, `override@7`, `litellm@1f0e8a2b`. At most 100 characters. */
  readonly version: string;
  readonly prices: CompiledPrices;
}

/** Whose price is asked for, and of when. */
export interface PriceQuery {
  readonly provider: string;
  readonly model: string;
  /** The time of the call, in milliseconds since the epoch. */
  readonly at: number;
}

/** A price, and the version of the list that it is from. */
export interface FoundPrice {
  readonly price: ModelPrice;
  readonly version: string;
  readonly source: PriceSource;
}

const MOST_REMEMBERED = 10_000;

/** What models cost: the built-in price list under the operator's own. Never changes. */
export class PriceBook {
  readonly #layers: readonly CompiledLayer[];
  readonly #names: CompiledPrices;
  /** By provider, and then by model: a key of both would have to be made for every call. */
  readonly #remembered = new Map<string, Map<string, readonly Schedule<FoundPrice>[]>>();
  #rememberedInAll = 0;

  /** @param layers the one that counts first, first; `builtIn` below them all */
  constructor(layers: readonly CompiledLayer[], builtIn: CompiledLayer) {
    this.#layers = [...layers, builtIn];
    this.#names = builtIn.prices;
  }

  /**
   * The price of a model at a time; null when it is not known, which is not the same as a price of 0.
   *
   * The operator's overrides come first, then imported lists, then the built-in one; in each, the newest that holds
   * at the time. Names are compared in lower case. A provider may go by another name (`vertex`, `bedrock`, `xai`).
   */
  find({ provider, model, at }: PriceQuery): FoundPrice | null {
    for (const candidate of this.#candidates(provider, model)) {
      const found = valueAt(candidate, at);
      if (found) return found;
    }
    return null;
  }

  #candidates(provider: string, model: string): readonly Schedule<FoundPrice>[] {
    const remembered = this.#remembered.get(provider)?.get(model);
    if (remembered) return remembered;
    const candidates = this.#search(provider.trim().toLowerCase(), model.trim().toLowerCase());
    this.#remember(provider, model, candidates);
    return candidates;
  }

  #remember(provider: string, model: string, candidates: readonly Schedule<FoundPrice>[]): void {
    if (this.#rememberedInAll >= MOST_REMEMBERED) {
      this.#remembered.clear();
      this.#rememberedInAll = 0;
    }
    const ofProvider = this.#remembered.get(provider) ?? new Map<string, readonly Schedule<FoundPrice>[]>();
    this.#remembered.set(provider, ofProvider);
    ofProvider.set(model, candidates);
    this.#rememberedInAll += 1;
  }

  #search(provider: string, model: string): readonly Schedule<FoundPrice>[] {
    const found: Schedule<FoundPrice>[] = [];
    let isOverrideWithdrawn = false;
    for (const { source, version, prices } of this.#layers) {
      if (source === 'override' && isOverrideWithdrawn) continue;
      const schedule = this.#scheduleOf(prices, provider, model);
      if (!schedule) continue;
      found.push(schedule.map((dated) => ({ ...dated, value: { price: dated.value, version, source } })));
      isOverrideWithdrawn ||= source === 'override' && schedule.length === 0;
    }
    return found;
  }

  #scheduleOf(prices: CompiledPrices, provider: string, model: string): Schedule<ModelPrice> | undefined {
    const builtInName = this.#names.providerFor(provider) ?? provider;
    return prices.scheduleOf(prices.providerFor(provider) ?? provider, model) ?? prices.scheduleOf(builtInName, model);
  }
}
