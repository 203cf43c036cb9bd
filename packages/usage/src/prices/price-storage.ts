import {
  actorSchema,
  type Config,
  type IronDatabase,
  loadConfig,
  makePage,
  openForService,
  type OpenService,
  type Page,
  pageSchema,
  parseInput,
  readCursor,
  type ServiceOptions,
  text,
} from '@iron/db';
import { z } from 'zod';
import { type PriceImport, importPrices, removePriceOverride, setPriceOverride } from './change-prices.ts';
import {
  type CurrentPriceBook,
  type CurrentPriceBookOptions,
  currentPriceBook,
  notePriceChange,
} from './current-price-book.ts';
import { readLiteLlmPrices } from './litellm-prices.ts';
import { readModelsDevPrices } from './models-dev-prices.ts';
import type { PriceOverrideInput, PriceWithdrawalInput } from './override-input.ts';
import { type PriceBookRecord, pricesOf, readBook, readRecords } from './price-book-rows.ts';
import type { PriceBook } from './price-book.ts';
import { PriceBookNotFoundError } from './price-errors.ts';
import type { PriceList } from './price-list.ts';

/** How a {@link PriceStorage} is opened. */
export interface PriceStorageOptions extends ServiceOptions, CurrentPriceBookOptions {}

/** A price book with its prices. */
export interface StoredPriceBook extends PriceBookRecord {
  readonly prices: PriceList;
}

/** Checks a {@link PriceImportInput}. */
export const importPricesSchema = z.strictObject({
  json: z.unknown().meta({ description: 'The list as it is there, or its text' }),
  actor: actorSchema.optional(),
});
/** Checks a {@link ListPriceBooksInput}. */
export const listPriceBooksSchema = z.strictObject(pageSchema);
/** Names a price book. */
export const priceBookVersionSchema = text(100);

/** A price list of another project, and who brings it in. */
export type PriceImportInput = z.input<typeof importPricesSchema>;
/** Which part of the price books to list. */
export type ListPriceBooksInput = z.input<typeof listPriceBooksSchema>;

/** The operator's prices. A price book is added and never changed: usage rows name the version they were billed with. */
export class PriceStorage implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #current: CurrentPriceBook;

  private constructor(service: OpenService, options: PriceStorageOptions) {
    this.#service = service;
    this.#current = currentPriceBook(service.database, options);
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: PriceStorageOptions = {}): Promise<PriceStorage> {
    return new PriceStorage(await openForService(target, options), options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: PriceStorageOptions = {}): Promise<PriceStorage> {
    return await PriceStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: PriceStorageOptions = {}): Promise<PriceStorage> {
    return new PriceStorage(await openForService(config, options), options);
  }

  /**
   * Imports LiteLLM's `model_prices_and_context_window.json`, all of it or nothing. It takes the place of the list that
   * was imported from there before, and goes before the built-in prices and lists that were imported earlier.
   *
   * @throws {InvalidPriceListError} an entry is not a price; the message names it
   * @throws {InvalidInputError}
   */
  async importLiteLlmPrices(input: PriceImportInput): Promise<PriceImport> {
    const { json, actor } = parseInput('importLiteLlmPrices', importPricesSchema, input);
    return await this.#import({ source: 'litellm', prices: readLiteLlmPrices(json), actor });
  }

  /**
   * Imports models.dev's `api.json`, all of it or nothing, as `importLiteLlmPrices` does.
   *
   * @throws {InvalidPriceListError} an entry is not a price; the message names it
   * @throws {InvalidInputError}
   */
  async importModelsDevPrices(input: PriceImportInput): Promise<PriceImport> {
    const { json, actor } = parseInput('importModelsDevPrices', importPricesSchema, input);
    return await this.#import({ source: 'models.dev', prices: readModelsDevPrices(json), actor });
  }

  /**
   * Says what a model costs, whatever any list says.
   *
   * @throws {InvalidInputError} a price is not one, or has more than six decimals
   */
  async setPriceOverride(input: PriceOverrideInput): Promise<PriceBookRecord> {
    return await this.#changed(setPriceOverride(this.#service, input));
  }

  /**
   * Takes back all overrides of a model: from now on it costs what the lists say.
   *
   * @throws {PriceOverrideNotFoundError} none is set
   * @throws {InvalidInputError}
   */
  async removePriceOverride(input: PriceWithdrawalInput): Promise<PriceBookRecord> {
    return await this.#changed(removePriceOverride(this.#service, input));
  }

  /**
   * The price books of the database, newest first, without their prices.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listPriceBooks(input: ListPriceBooksInput = {}): Promise<Page<PriceBookRecord>> {
    const { limit, cursor } = parseInput('listPriceBooks', listPriceBooksSchema, input);
    const after = readCursor(z.int(), cursor);
    const rows = await this.#service.database.read((reader) => readRecords(reader, limit + 1, after));
    return makePage(rows, limit, { keyOf: ({ id }) => id, itemOf: (row) => row });
  }

  /**
   * A price book of the database by its version: what a usage row was billed with.
   *
   * @throws {PriceBookNotFoundError | CorruptPriceBookError | InvalidInputError}
   */
  async getPriceBook(version: string): Promise<StoredPriceBook> {
    const by = { version: parseInput('getPriceBook', priceBookVersionSchema, version) };
    const row = await this.#service.database.read((reader) => readBook(reader, by));
    if (!row) throw new PriceBookNotFoundError(version);
    const { content: _content, ...record } = row;
    return { ...record, prices: pricesOf(row) };
  }

  /**
   * The prices of now: the operator's over the built-in ones. What another process brings in counts in a second.
   *
   * @throws {CorruptPriceBookError}
   */
  async currentPriceBook(): Promise<PriceBook> {
    return await this.#current.get();
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #import(what: Parameters<typeof importPrices>[1]): Promise<PriceImport> {
    return await this.#changed(importPrices(this.#service, what));
  }

  async #changed<Result>(change: Promise<Result>): Promise<Result> {
    const result = await change;
    notePriceChange(this.#service.database);
    return result;
  }
}
