import {
  type ForeignEntry,
  type ForeignModel,
  type ImportedPrices,
  type Problems,
  type RateKind,
  builtInName,
  isCharge,
  isEntry,
  isPricedElsewhere,
  readEntries,
  readRate,
  readRates,
  toImportedPrices,
} from './imported-prices.ts';
import type { ListedPrice } from './price-list.ts';

const SOURCE = 'LiteLLM';
const PER_TOKEN = 12;
const THOUSAND = 1000;

const FIELDS: Readonly<Record<string, RateKind>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cachedInput',
  input_cost_per_token_cache_hit: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite',
  input_cost_per_audio_token: 'audioInput',
  output_cost_per_audio_token: 'audioOutput',
  cache_read_input_audio_token_cost: 'cachedAudio',
  output_cost_per_reasoning_token: 'reasoning',
};

const PER_REQUEST = 'input_cost_per_request';
const RANGES = 'tiered_pricing';

/** LiteLLM has several names for one provider, by the interface that is used. */
const FAMILIES: readonly (readonly [prefix: string, provider: string])[] = [
  ['vertex_ai', 'google'],
  ['gemini', 'google'],
  ['palm', 'google'],
  ['bedrock', 'aws'],
  ['amazon_nova', 'aws'],
  ['azure', 'azure'],
  ['fireworks_ai', 'fireworks'],
];

/** What gives no output, so that no price for it is missing. */
const WITHOUT_OUTPUT = new Set(['embedding', 'rerank', 'moderation']);

/** A price for a longer context, or for another service level than the usual one. */
const ABOVE = /_above_(0|[1-9]\d*)k_tokens$/;
const SERVICE_LEVEL = /_(?:batches|batch_requests|flex|priority|ultrafast)$/;

/**
 * Reads LiteLLM's `model_prices_and_context_window.json`: its text, or what that parses to. Prices are dollars a
 * token there. Of a price for several service levels the usual one is taken.
 *
 * @throws {InvalidPriceListError} an entry is not a price; all that is wrong is named
 */
export function readLiteLlmPrices(json: unknown): ImportedPrices {
  const problems: Problems = [];
  const entries = readEntries(SOURCE, json).filter(([title]) => title !== 'sample_spec');
  const models = entries.flatMap(([title, entry]) => readModel(title, entry, problems));
  // A name without its provider's prefix is the more exact one, and the first of two that are equal counts.
  const inOrder = models.toSorted((a, b) => a.names.length - b.names.length);
  const names = Map.groupBy(entries, ([, entry]) => providerOf(litellmProvider(entry) ?? ''));
  return toImportedPrices(SOURCE, inOrder, problems, (id) => [
    ...new Set((names.get(id) ?? []).map(([, entry]) => litellmProvider(entry) ?? id).filter((name) => name !== id)),
  ]);
}

function readModel(title: string, entry: unknown, problems: Problems): ForeignModel[] {
  const named = litellmProvider(entry);
  if (!isEntry(entry) || named === null || title === '') {
    problems.push(`${title || 'an entry'}: it has no ${title ? 'litellm_provider' : 'name'}`);
    return [];
  }
  const provider = providerOf(named);
  const slash = title.indexOf('/');
  const hasPrefix =
    slash > 0 && slash < title.length - 1 && providerOf(title.slice(0, slash).toLowerCase()) === provider;
  const names: ForeignModel['names'] = hasPrefix ? [title, title.slice(slash + 1)] : [title];
  return [{ title, provider, names, price: readPrice(title, entry, problems) }];
}

function readPrice(title: string, entry: ForeignEntry, problems: Problems): ListedPrice | null {
  const context = { power: PER_TOKEN, title, problems };
  const byThreshold = new Map<number, Rates>([[0, readRates(entry, FIELDS, context)]]);
  const add = (over: number, rates: Rates) => {
    if (Object.keys(rates).length > 0) byThreshold.set(over, { ...byThreshold.get(over), ...rates });
  };
  for (const over of thresholdsOf(entry)) {
    if (Number.isSafeInteger(over)) add(over, readRates(entry, fieldsAbove(over), context));
    else problems.push(`${title}: it has a price above more tokens than there can be`);
  }
  for (const [over, range] of rangesOf(entry, context)) add(over, readRates(range, FIELDS, context));
  const [[, base] = [0, {}], ...tiers] = [...byThreshold].toSorted(([a], [b]) => a - b);
  const perRequest = readRate(entry[PER_REQUEST], PER_TOKEN, `${title}: ${PER_REQUEST}`, problems);
  if (base.input === undefined || (base.output === undefined && !givesNoOutput(entry))) return null;
  const notCounted = readNotCounted(entry);
  const price = {
    ...base,
    ...(tiers.length > 0 && { tiers: tiers.map(([over, rates]) => ({ over, ...rates })) }),
    ...(perRequest !== undefined && { perRequest }),
    ...(notCounted.length > 0 && { notCounted }),
  };
  return isPricedElsewhere(price) ? null : price;
}

type Rates = ReturnType<typeof readRates>;

/** The sizes of input at which fields such as `input_cost_per_token_above_200k_tokens` begin. */
function thresholdsOf(entry: ForeignEntry): Set<number> {
  const thousands = Object.keys(entry).flatMap((field) => ABOVE.exec(field)?.slice(1) ?? []);
  return new Set(thousands.map((count) => Number(count) * THOUSAND));
}

function fieldsAbove(over: number): Readonly<Record<string, RateKind>> {
  const suffix = `_above_${over / THOUSAND}k_tokens`;
  return Object.fromEntries(Object.entries(FIELDS).map(([field, kind]) => [field + suffix, kind]));
}

/** `tiered_pricing`: prices by ranges of the size of input. Those by another measure have no `range`. */
function rangesOf(entry: ForeignEntry, { title, problems }: { title: string; problems: Problems }) {
  const tiers = entry[RANGES];
  if (!Array.isArray(tiers)) return [];
  return tiers.flatMap((tier: unknown): [number, ForeignEntry][] => {
    if (!isRange(tier)) return [];
    const from: unknown = Array.isArray(tier['range']) ? tier['range'][0] : undefined;
    if (typeof from === 'number' && Number.isSafeInteger(from) && from >= 0) return [[from, tier]];
    problems.push(`${title}: ${RANGES} has a range that is none`);
    return [];
  });
}

/**
 * The names of what is charged for and has no place in a price of ours. A price above a size that is not written as
 * LiteLLM writes it is one of them, and so are ranges of something else than the size of the input.
 */
function readNotCounted(entry: ForeignEntry): string[] {
  const own = chargesOf(entry, (field) => field === PER_REQUEST || isRate(field.replace(ABOVE, '')));
  return [...new Set([...own, ...chargesOfRanges(entry[RANGES])])];
}

function chargesOfRanges(ranges: unknown): string[] {
  if (!Array.isArray(ranges)) return isCharge(ranges) ? [RANGES] : [];
  return ranges.flatMap((range) => (isRange(range) ? chargesOf(range, isRate) : [RANGES]));
}

function chargesOf(entry: ForeignEntry, isCounted: (field: string) => boolean): string[] {
  const fields = Object.keys(entry).filter((field) => field.includes('cost') && isCharge(entry[field]));
  return fields.filter((field) => !SERVICE_LEVEL.test(field) && !isCounted(field));
}

function isRate(field: string): boolean {
  return Object.hasOwn(FIELDS, field);
}

function isRange(tier: unknown): tier is ForeignEntry {
  return isEntry(tier) && 'range' in tier;
}

function givesNoOutput(entry: ForeignEntry): boolean {
  return typeof entry['mode'] === 'string' && WITHOUT_OUTPUT.has(entry['mode']);
}

function litellmProvider(entry: unknown): string | null {
  const provider = isEntry(entry) ? entry['litellm_provider'] : undefined;
  return typeof provider === 'string' && provider.length > 0 ? provider.toLowerCase() : null;
}

function providerOf(litellmName: string): string {
  return FAMILIES.find(([prefix]) => litellmName.startsWith(prefix))?.[1] ?? builtInName(litellmName);
}
