import { DAY } from '../durations.ts';
import { type Matcher, compileMatcher, splitMatchRule } from './match-rule.ts';
import { type ModelPrice, completeRates } from './model-price.ts';
import type { ListedModel, ListedPrice, ListedProvider, PriceList } from './price-list.ts';

/** Something that holds from a time on, perhaps only in some hours of the day. */
interface Dated<Value> {
  readonly from: number;
  readonly daily: readonly [number, number] | null;
  readonly value: Value;
}

/** What holds when; of all that holds at a time, the last counts. */
export type Schedule<Value> = readonly Dated<Value>[];

/** A price list, made ready to be searched. */
export class CompiledPrices {
  readonly #providers = new Map<string, CompiledProvider>();
  readonly #matchers: { readonly id: string; readonly matches: Matcher }[] = [];

  constructor(list: PriceList) {
    for (const listed of list) {
      const id = listed.provider.toLowerCase();
      this.#providers.set(id, new CompiledProvider(listed));
      if (listed.match) this.#matchers.push({ id, matches: compileMatcher(listed.match) });
    }
  }

  /** The provider that a name in lower case means: by its id, or else by the rule for its other names. */
  providerFor(name: string): string | undefined {
    if (this.#providers.has(name)) return name;
    return this.#matchers.find(({ matches }) => matches(name))?.id;
  }

  /** The prices of a model of a provider, by its id; then of those whose models the provider has as well. */
  scheduleOf(providerId: string, model: string): Schedule<ModelPrice> | undefined {
    const provider = this.#providers.get(providerId);
    return provider && (this.#search(provider, model) ?? this.#search(provider, withDashedDate(model)));
  }

  #search(provider: CompiledProvider, model: string): Schedule<ModelPrice> | undefined {
    for (const one of [provider, ...provider.fallbacks.map((id) => this.#providers.get(id))]) {
      const schedule = one?.scheduleOf(model);
      if (schedule) return schedule;
    }
    return undefined;
  }
}

interface Position {
  readonly index: number;
  readonly schedule: Schedule<ModelPrice>;
}

/** The models of one provider. The first in the list that matches a name has it, found by a map where it can be. */
class CompiledProvider {
  readonly fallbacks: readonly string[];
  readonly #byName = new Map<string, Position>();
  readonly #byPattern: (Position & { readonly matches: Matcher })[] = [];

  constructor({ models, fallbacks = [] }: ListedProvider) {
    this.fallbacks = fallbacks;
    for (const [index, listed] of models.entries()) this.#add(index, listed);
  }

  scheduleOf(model: string): Schedule<ModelPrice> | undefined {
    const named = this.#byName.get(model);
    for (const pattern of this.#byPattern) {
      if (named && pattern.index > named.index) break;
      if (pattern.matches(model)) return pattern.schedule;
    }
    return named?.schedule;
  }

  #add(index: number, { model, match = { equals: model }, prices }: ListedModel): void {
    const position = { index, schedule: prices.map(compilePrice) };
    const { names, others } = splitMatchRule(match);
    for (const name of names) if (!this.#byName.has(name)) this.#byName.set(name, position);
    for (const rule of others) this.#byPattern.push({ ...position, matches: compileMatcher(rule) });
  }
}

/** What counts at a time, in milliseconds since the epoch. */
export function valueAt<Value>(schedule: Schedule<Value>, at: number): Value | undefined {
  return schedule.findLast(({ from, daily }) => at >= from && (!daily || isWithin(daily, at)))?.value;
}

function isWithin([from, until]: readonly [number, number], at: number): boolean {
  const second = (((at % DAY) + DAY) % DAY) / 1000;
  return until < from ? second >= from || second < until : second >= from && second < until;
}

function compilePrice({
  from = -Infinity,
  daily,
  tiers = [],
  perRequest = 0,
  ...listed
}: ListedPrice): Dated<ModelPrice> {
  const { notCounted = [], ...base } = listed;
  const price = {
    base: completeRates(base),
    tiers: tiers.map((tier) => ({ ...completeRates({ ...base, ...tier }), over: tier.over })),
    perRequest,
    notCounted,
  };
  return { from, daily: daily ?? null, value: price };
}

const COMPACT_DATE = /(?<=-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** `claude-20250514` as `claude-2025-05-14`: lists have one form or the other. */
function withDashedDate(model: string): string {
  return model.replace(COMPACT_DATE, '$1-$2-$3');
}
