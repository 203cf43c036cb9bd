import { type Actor, appendToAuditLog, parseInput, type ServiceContext } from '@iron/db';
import type { ImportedPrices } from './imported-prices.ts';
import {
  type PriceOverrideInput,
  type PriceWithdrawalInput,
  removePriceOverrideSchema,
  setPriceOverrideSchema,
  toListedPrice,
} from './override-input.ts';
import {
  type PriceBookRecord,
  type StoredSource,
  appendImport,
  appendOverride,
  pricesOf,
  readOverride,
} from './price-book-rows.ts';
import { PriceOverrideNotFoundError } from './price-errors.ts';
import type { ListedPrice, PriceList } from './price-list.ts';

/** What an import brought in. */
export interface PriceImport {
  /** What rows that are billed with it store. */
  readonly version: string;
  /** False: the same list was imported last, and nothing was changed. */
  readonly imported: boolean;
  /** How many models it prices. */
  readonly models: number;
  /** What it has without a price for tokens, by its own names: it stays unpriced, if no other list prices it. */
  readonly unpriced: readonly string[];
}

export async function importPrices(
  { database, now }: ServiceContext,
  { source, prices, actor }: { source: StoredSource; prices: ImportedPrices; actor: Actor | undefined },
): Promise<PriceImport> {
  const { list, models, unpriced } = prices;
  return await database.write(function* (tx) {
    const at = now();
    const { record, isNew } = yield* appendImport(tx, { source, list, importedAt: at });
    const { id: entityId, version } = record;
    const changes = { version, source, models };
    if (isNew)
      yield* appendToAuditLog(tx, { entityType: 'price_book', entityId, action: 'import', actor, changes, at });
    return { version, imported: isNew, models, unpriced };
  });
}

export async function setPriceOverride(
  { database, now }: ServiceContext,
  input: PriceOverrideInput,
): Promise<PriceBookRecord> {
  const override = parseInput('setPriceOverride', setPriceOverrideSchema, input);
  const { provider, model, actor } = override;
  const price = toListedPrice(override);
  return await database.write(function* (tx) {
    const at = now();
    const added = yield* appendOverride(tx, listOf(provider, model, [price]), at);
    const { id: entityId, version } = added;
    const changes = { version, provider, model, price };
    yield* appendToAuditLog(tx, { entityType: 'price_book', entityId, action: 'set_override', actor, changes, at });
    return added;
  });
}

export async function removePriceOverride(
  { database, now }: ServiceContext,
  input: PriceWithdrawalInput,
): Promise<PriceBookRecord> {
  const { provider, model, actor } = parseInput('removePriceOverride', removePriceOverrideSchema, input);
  return await database.write(function* (tx) {
    const at = now();
    const last = yield* readOverride(tx, provider, model);
    if (!last || isWithdrawal(pricesOf(last))) throw new PriceOverrideNotFoundError(provider, model);
    const added = yield* appendOverride(tx, listOf(provider, model, []), at);
    const changes = { version: added.version, provider, model, withdraws: last.version };
    yield* appendToAuditLog(tx, {
      entityType: 'price_book',
      entityId: added.id,
      action: 'remove_override',
      actor,
      changes,
      at,
    });
    return added;
  });
}

function listOf(provider: string, model: string, prices: ListedPrice[]): PriceList {
  return [{ provider, models: [{ model, prices }] }];
}

function isWithdrawal(list: PriceList): boolean {
  return list.every(({ models }) => models.every(({ prices }) => prices.length === 0));
}
