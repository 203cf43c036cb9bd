import type { IronDatabase } from '@iron/db';
import { builtInLayer, builtInPriceBook } from './built-in-prices.ts';
import { CompiledPrices } from './compiled-prices.ts';
import { type CompiledLayer, PriceBook } from './price-book.ts';
import { type PriceBookRecord, readBook, readCurrentRecords } from './price-book-rows.ts';
import { CorruptPriceBookError, PriceBookNotFoundError } from './price-errors.ts';
import { parsePriceList } from './price-list.ts';

/** How often a {@link CurrentPriceBook} looks for newer prices. */
export interface CurrentPriceBookOptions {
  /** For how long a price book may be used before it is asked whether it is still the newest. Default: a second. */
  readonly recheckMs?: number;
  /** Milliseconds of a clock that is never set back. Default: the process's own. */
  readonly monotonicNow?: () => number;
}

/** The prices that hold in a database. */
export interface CurrentPriceBook {
  /**
   * The price book of now. Synchronous, and costs nothing but a look at the clock most of the time. Prices that were
   * brought in through the same database object count at once, those of another process within `recheckMs`.
   *
   * @throws {CorruptPriceBookError} the database has a price book that is none
   */
  get(): PriceBook;
  /** Makes the next `get` look, however short ago the last one did. */
  recheck(): void;
}

/** How often the prices were changed through a database object. */
const changesThrough = new WeakMap<IronDatabase, number>();

/** Has every service on this database object look for new prices the next time it needs one. */
export function notePriceChange(database: IronDatabase): void {
  changesThrough.set(database, (changesThrough.get(database) ?? 0) + 1);
}

/** Keeps the price book of a database at hand, on the hot path. */
export function currentPriceBook(database: IronDatabase, options: CurrentPriceBookOptions = {}): CurrentPriceBook {
  const { recheckMs = 1000, monotonicNow = () => performance.now() } = options;
  const newestId = database.connection.prepare<[], number | null>('SELECT max(id) FROM _price_books').pluck();
  let layers: ReadonlyMap<number, CompiledLayer> = new Map();
  let book = builtInPriceBook();
  let bookId = 0;
  let checkedAt = -Infinity;
  let changes: number | undefined;

  return {
    get() {
      const now = monotonicNow();
      const changesNow = changesThrough.get(database);
      if (now - checkedAt < recheckMs && changes === changesNow) return book;
      const id = newestId.get() ?? 0;
      if (id !== bookId) {
        layers = readLayers(database, layers);
        book = new PriceBook(inOrder([...layers.values()]), builtInLayer());
        bookId = id;
      }
      checkedAt = now;
      changes = changesNow;
      return book;
    },
    recheck() {
      checkedAt = -Infinity;
    },
  };
}

/** The newest first. What is there already is not read again: a price book never changes. */
function readLayers(database: IronDatabase, known: ReadonlyMap<number, CompiledLayer>): Map<number, CompiledLayer> {
  const records = readCurrentRecords(database.reader);
  return new Map(records.map((record) => [record.id, known.get(record.id) ?? compile(database, record)]));
}

/** Overrides before all that was imported. */
function inOrder(layers: readonly CompiledLayer[]): CompiledLayer[] {
  const { override: overrides = [], imported = [] } = Object.groupBy(layers, ({ source }) =>
    source === 'override' ? 'override' : 'imported',
  );
  return [...overrides, ...imported];
}

function compile(database: IronDatabase, { id, version, source }: PriceBookRecord): CompiledLayer {
  const row = readBook(database.reader, { id });
  if (!row) throw new PriceBookNotFoundError(version);
  try {
    return { source, version, prices: new CompiledPrices(parsePriceList(JSON.parse(row.content))) };
  } catch (cause) {
    throw new CorruptPriceBookError(version, cause);
  }
}
