import { containsToken } from '@iron/db';
import { builtInLayer } from './built-in-prices.ts';
import { InvalidPriceListError } from './price-errors.ts';
import type { ListedModel, ListedPrice, ListedProvider, PriceList } from './price-list.ts';
import { toPicos } from './to-picos.ts';

/** A foreign price list in our terms. */
export interface ImportedPrices {
  readonly list: PriceList;
  readonly models: number;
  /** What is in the list without a price for tokens or requests, as the list names it. */
  readonly unpriced: readonly string[];
}

export type RateKind = Exclude<keyof ListedPrice, 'from' | 'daily' | 'tiers' | 'notCounted' | 'perRequest'>;
export type ForeignEntry = Readonly<Record<string, unknown>>;

/** One model of a foreign list. */
export interface ForeignModel {
  /** As the list calls it; for messages. */
  readonly title: string;
  readonly provider: string;
  /** The first is its own. */
  readonly names: readonly [string, ...string[]];
  /** Null: not priced in what Iron counts. */
  readonly price: ListedPrice | null;
}

/** What is wrong with a foreign list. Collected, so that one refusal names all of it. */
export type Problems = string[];

/** The parsed JSON of a price list, which must be an object; `json` may also be its text. */
export function readEntries(source: string, json: unknown): [string, unknown][] {
  const value = typeof json === 'string' ? parseJson(source, json) : json;
  if (!isEntry(value)) throw new InvalidPriceListError(source, ['it must be a JSON object']);
  if (containsToken(textOf(source, value))) {
    throw new InvalidPriceListError(source, ['it holds a token, which must not be written down']);
  }
  return Object.entries(value);
}

/** What is nested deeper than a list of prices ever is cannot be written, though it can be read. */
function textOf(source: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InvalidPriceListError(source, ['it is nested too deeply'], { cause });
  }
}

/** Groups models by provider. All or nothing: one problem refuses the list. */
export function toImportedPrices(
  source: string,
  models: readonly ForeignModel[],
  problems: Problems,
  providerNames: (id: string) => readonly string[],
): ImportedPrices {
  if (problems.length > 0) throw new InvalidPriceListError(source, problems);
  const priced = models.filter(({ price }) => price !== null);
  if (priced.length === 0) throw new InvalidPriceListError(source, ['it has no model with a price for tokens']);
  const providers = Map.groupBy(priced, ({ provider }) => provider);
  const list = [...providers].map(([id, ofProvider]) => toProvider(id, ofProvider, providerNames(id)));
  return {
    list,
    models: priced.length,
    unpriced: models.filter(({ price }) => price === null).map(({ title }) => title),
  };
}

/** The name that the built-in list has for a provider: `bedrock` is `aws`. */
export function builtInName(provider: string): string {
  return builtInLayer().prices.providerFor(provider) ?? provider;
}

/** The rates that an entry gives, in pico-dollars; fields that are absent or null give none. */
export function readRates(
  entry: ForeignEntry,
  fields: Readonly<Record<string, RateKind>>,
  { power, title, problems }: { power: number; title: string; problems: Problems },
): { [Kind in RateKind]?: number } {
  const rates: { [Kind in RateKind]?: number } = {};
  for (const [field, kind] of Object.entries(fields)) {
    const rate = readRate(entry[field], power, `${title}: ${field}`, problems);
    if (rate !== undefined) rates[kind] ??= rate;
  }
  return rates;
}

/** One price in pico-dollars; undefined when there is none. */
export function readRate(value: unknown, power: number, title: string, problems: Problems): number | undefined {
  if (value === undefined || value === null) return undefined;
  const picos = toPicos(value, power);
  if (typeof picos === 'number') return picos;
  problems.push(`${title} ${picos.problem}`);
  return undefined;
}

/** Whether nothing is charged for what Iron counts, but something for what it does not: a bill of 0 would be wrong. */
export function isPricedElsewhere(price: ListedPrice): boolean {
  const { input = 0, output = 0, audioInput = 0, audioOutput = 0, perRequest = 0, notCounted = [] } = price;
  return notCounted.length > 0 && [input, output, audioInput, audioOutput, perRequest].every((rate) => rate === 0);
}

/** Whether something is charged by a field of a foreign list, whatever it holds. */
export function isCharge(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'string') return Number(value) !== 0;
  return typeof value === 'object' && value !== null;
}

export function isEntry(value: unknown): value is ForeignEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toProvider(id: string, models: readonly ForeignModel[], otherNames: readonly string[]): ListedProvider {
  const match = { or: otherNames.map((name) => ({ equals: name })) };
  return { provider: id, ...(otherNames.length > 0 && { match }), models: models.map(toModel) };
}

function toModel({ names, price }: ForeignModel): ListedModel {
  const [model, ...others] = names;
  const match = { or: names.map((name) => ({ equals: name })) };
  return { model, ...(others.length > 0 && { match }), prices: price ? [price] : [] };
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidPriceListError(source, ['it is not JSON'], { cause });
  }
}
