import { type ModelInfo, type Provider, type TieredPrices } from '@pydantic/genai-prices';
import { scaleDecimal } from '../src/prices/decimal.ts';
import type { ListedModel, ListedPrice, ListedProvider, PriceList } from '../src/prices/price-list.ts';

type Kind = Exclude<keyof ListedPrice, 'from' | 'daily' | 'tiers' | 'notCounted'>;

/** The prices of genai-prices that are of something Iron counts; those of tokens are in USD a million. */
const KINDS: Readonly<Record<string, Kind>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cachedInput',
  cache_write_mtok: 'cacheWrite',
  input_audio_mtok: 'audioInput',
  cache_audio_read_mtok: 'cachedAudio',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
  output_audio_mtok: 'audioOutput',
  requests_kcount: 'perRequest',
};

/** No price is given for these, and not because they cost nothing. */
const NOT_FREE = new Set([
  'cerebras/qwen-3-coder-480b', // gone; kept by genai-prices for its own tests
  'openrouter/google/lyria-3-clip-preview', // paid by the clip
  'openrouter/google/lyria-3-pro-preview', // paid by the song
]);

/** The data of genai-prices as a price list of ours. */
export function normaliseGenaiPrices(providers: readonly Provider[]): PriceList {
  return providers.map(normaliseProvider);
}

/** One model a line, so that a difference between two versions can be read. */
export function formatPriceList(list: PriceList): string {
  const providers = list.map(({ models, ...provider }) => {
    const lines = models.map((model) => `  ${JSON.stringify(model)}`).join(',\n');
    return `${JSON.stringify(provider).slice(0, -1)},"models":[\n${lines}\n]}`;
  });
  return `[\n${providers.join(',\n')}\n]\n`;
}

function normaliseProvider({ id, provider_match: match, ...provider }: Provider): ListedProvider {
  const fallbacks = provider.fallback_model_providers;
  const models = provider.models.map((model) => normaliseModel(id, model));
  return { provider: id, ...(match && { match }), ...(fallbacks && { fallbacks }), models };
}

function normaliseModel(providerId: string, { id, match, prices }: ModelInfo): ListedModel {
  const isOwnName = 'equals' in match && match.equals === id;
  const dated = Array.isArray(prices) ? prices : [{ prices }];
  const isFree = !NOT_FREE.has(`${providerId}/${id}`);
  const normalised = dated.flatMap((one, index) => {
    const price = normalisePrice(one.prices, isFree);
    return price ? [{ ...(index > 0 && normaliseConstraint(one.constraint)), ...price }] : [];
  });
  const isPartial = normalised.length > 0 && normalised.length < dated.length;
  if (isPartial) throw new Error(`${providerId}/${id} is priced in tokens at some times only`);
  return { model: id, ...(!isOwnName && { match }), prices: normalised };
}

type Constraint = Exclude<ModelInfo['prices'], Record<string, unknown>>[number]['constraint'];

function normaliseConstraint(constraint: Constraint): Pick<ListedPrice, 'from' | 'daily'> {
  if (!constraint) return {};
  if (constraint.type === 'start_date') return { from: Date.parse(constraint.start_date) };
  return { daily: [secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)] };
}

function secondOfDay(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) / 1000) % 86_400;
}

/** Null when nothing that Iron counts has a price: a bill of 0 for hours of audio or pages would be wrong. */
function normalisePrice(prices: Readonly<Record<string, number | TieredPrices | undefined>>, isFree: boolean) {
  const keys = Object.keys(prices).filter((key) => prices[key] !== undefined);
  const counted = keys.filter((key) => key in KINDS);
  if (keys.length === 0) return isFree ? { input: 0, output: 0 } : null;
  if (counted.length === 0) return null;
  const notCounted = keys.filter((key) => !(key in KINDS)).map(withoutUnit);
  const price: Record<string, unknown> = {};
  const tiers = new Map<number, Record<string, number>>();
  for (const key of counted) addPrice(price, tiers, key, prices[key] ?? 0);
  const inOrder = [...tiers].toSorted(([a], [b]) => a - b).map(([over, rates]) => ({ over, ...rates }));
  return { ...price, ...(inOrder.length > 0 && { tiers: inOrder }), ...(notCounted.length > 0 && { notCounted }) };
}

function addPrice(
  price: Record<string, unknown>,
  tiers: Map<number, Record<string, number>>,
  key: string,
  given: number | TieredPrices,
): void {
  const kind = KINDS[key];
  if (!kind) throw new Error(`${key} is no price of a kind of token`);
  price[kind] = inPicos(key, typeof given === 'number' ? given : given.base);
  if (typeof given === 'number') return;
  if (kind === 'perRequest') throw new Error('a price of a request has no tiers');
  for (const { start, price: tierPrice } of given.tiers) {
    tiers.set(start, { ...tiers.get(start), [kind]: inPicos(key, tierPrice) });
  }
}

/** From USD a million tokens, or a thousand requests, to pico-dollars for one. */
function inPicos(key: string, dollars: number): number {
  const picos = Number(scaleDecimal(dollars, key === 'requests_kcount' ? 9 : 6));
  if (!Number.isSafeInteger(picos)) throw new Error(`${key} of ${dollars} is no price`);
  return picos;
}

function withoutUnit(key: string): string {
  return key.replace(/_(?:mtok|kcount|kpages|hours|mchars|gpixels)$/, '');
}
