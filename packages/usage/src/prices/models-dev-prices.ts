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
  readRates,
  toImportedPrices,
} from './imported-prices.ts';
import type { ListedPrice } from './price-list.ts';

const SOURCE = 'models.dev';
const PER_MILLION = 6;

const FIELDS: Readonly<Record<string, RateKind>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cachedInput',
  cache_write: 'cacheWrite',
  reasoning: 'reasoning',
  input_audio: 'audioInput',
  output_audio: 'audioOutput',
};
const OVER_200K = 200_000;
const TIERS = ['tiers', 'context_over_200k'];

/**
 * Reads models.dev's `api.json`: its text, or what that parses to. Prices are dollars a million tokens there.
 *
 * @throws {InvalidPriceListError} an entry is not a price; all that is wrong is named
 */
export function readModelsDevPrices(json: unknown): ImportedPrices {
  const problems: Problems = [];
  const entries = readEntries(SOURCE, json).map(([id, entry]) => [id.toLowerCase(), entry] as const);
  const models = entries.flatMap(([id, entry]) => readProvider(id, entry, problems));
  const aliases = aliasesOf(entries.map(([id]) => id));
  return toImportedPrices(SOURCE, models, problems, (id) => aliases.get(id) ?? []);
}

/** What the built-in list calls a provider is another name for it, unless the list has a provider of that name. */
function aliasesOf(ids: readonly string[]): Map<string, string[]> {
  const taken = new Set(ids);
  const aliases = new Map<string, string[]>();
  for (const id of ids) {
    const name = builtInName(id);
    if (taken.has(name)) continue;
    taken.add(name);
    aliases.set(id, [name]);
  }
  return aliases;
}

function readProvider(provider: string, entry: unknown, problems: Problems): ForeignModel[] {
  if (provider === '' || !isEntry(entry) || !isEntry(entry['models'])) {
    problems.push(`${provider || 'a provider'}: it has no ${provider ? 'models' : 'name'}`);
    return [];
  }
  return Object.entries(entry['models']).flatMap(([name, model]): ForeignModel[] => {
    const title = `${provider}/${name}`;
    const cost = isEntry(model) ? model['cost'] : undefined;
    const price = cost === undefined ? null : readPrice(title, cost, problems);
    if (!isEntry(model) || name === '') problems.push(`${title}: it is not a model`);
    return [{ title, provider, names: [name], price }];
  });
}

function readPrice(title: string, cost: unknown, problems: Problems): ListedPrice | null {
  if (!isEntry(cost)) {
    problems.push(`${title}: cost is not an object`);
    return null;
  }
  const context = { power: PER_MILLION, title, problems };
  const base = readRates(cost, FIELDS, context);
  const above = tiersOf(title, cost, problems);
  const tiers = above.map(([over, rates]) => ({ over, ...readRates(rates, FIELDS, context) }));
  const notCounted = [
    ...new Set([...chargesOf(cost, TIERS), ...above.flatMap(([, rates]) => chargesOf(rates, ['tier']))]),
  ];
  if (base.input === undefined || base.output === undefined) return null;
  const price = {
    ...base,
    ...(tiers.length > 0 && { tiers: tiers.toSorted((a, b) => a.over - b.over) }),
    ...(notCounted.length > 0 && { notCounted }),
  };
  return isPricedElsewhere(price) ? null : price;
}

/** The names of what is charged for and has no place in a price of ours. */
function chargesOf(cost: ForeignEntry, others: readonly string[]): string[] {
  const fields = Object.keys(cost).filter((field) => isCharge(cost[field]));
  return fields.filter((field) => !Object.hasOwn(FIELDS, field) && !others.includes(field));
}

/** Prices for larger inputs: `tiers`, or `context_over_200k`, which is their older form. */
function tiersOf(title: string, cost: ForeignEntry, problems: Problems): [over: number, rates: ForeignEntry][] {
  const { tiers, context_over_200k: older } = cost;
  const isOlder = tiers === undefined || (Array.isArray(tiers) && tiers.length === 0);
  if (isOlder && isEntry(older)) return [[OVER_200K, older]];
  if (isOlder && !isCharge(older)) return [];
  const read = Array.isArray(tiers) && !isOlder ? tiers.map(readTier) : [null];
  if (read.includes(null)) problems.push(`${title}: it has a tier that is not one by context`);
  return read.filter((tier) => tier !== null);
}

function readTier(tier: unknown): [over: number, rates: ForeignEntry] | null {
  if (!isEntry(tier) || !isEntry(tier['tier'])) return null;
  const { type, size } = tier['tier'];
  const isByContext = type === 'context' && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  return isByContext ? [size, tier] : null;
}
