import { type IronDatabase, type Reader, wait, type Work } from '@iron/db';
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
   * The price book of now. Most of the time it is there, and costs nothing but a look at the clock; a promise is a look
   * into the database. Prices that were brought in through the same database object count at once, those of another
   * process within `recheckMs`.
   *
   * @throws {CorruptPriceBookError} the database has a price book that is none
   */
  get(): PriceBook | Promise<PriceBook>;
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
  let known: KnownBook = { id: 0, layers: new Map(), book: builtInPriceBook() };
  let checkedAt = -Infinity;
  let changes: number | undefined;
  let underWay: Look | undefined;

  const look = async (changesNow: number | undefined): Promise<PriceBook> => {
    const now = monotonicNow();
    const mine: Look = { changes: changesNow, found: database.read((reader) => readNewest(reader, known)) };
    underWay = mine;
    try {
      const found = await mine.found;
      if (underWay === mine) [known, checkedAt, changes] = [found, now, changesNow]; // else another began later
      return found.book;
    } finally {
      if (underWay === mine) underWay = undefined;
    }
  };

  return {
    get() {
      const changesNow = changesThrough.get(database);
      if (changes === changesNow && monotonicNow() - checkedAt < recheckMs) return known.book;
      if (underWay && underWay.changes === changesNow) return bookOf(underWay);
      return look(changesNow);
    },
    recheck() {
      checkedAt = -Infinity;
      underWay = undefined;
    },
  };
}

/** The newest price book that was found, and the stored ones that it is made of. */
interface KnownBook {
  /** Of the newest of them. */
  readonly id: number;
  readonly layers: ReadonlyMap<number, CompiledLayer>;
  readonly book: PriceBook;
}

/** A look into the database that is under way, and what was changed before it began. */
interface Look {
  readonly changes: number | undefined;
  readonly found: Promise<KnownBook>;
}

async function bookOf({ found }: Look): Promise<PriceBook> {
  return (await found).book;
}

const NEWEST_ID = 'SELECT max(id) AS id FROM _price_books';

function* readNewest(reader: Reader, known: KnownBook): Work<KnownBook> {
  const newest = yield* wait(reader.statement<[], { id: number | null }>(NEWEST_ID).get());
  const id = newest?.id ?? 0;
  if (id === known.id) return known;
  const layers = yield* readLayers(reader, known.layers);
  return { id, layers, book: new PriceBook(inOrder([...layers.values()]), builtInLayer()) };
}

/** The newest first. What is there already is not read again: a price book never changes. */
function* readLayers(
  reader: Reader,
  known: ReadonlyMap<number, CompiledLayer>,
): Work<ReadonlyMap<number, CompiledLayer>> {
  const layers = new Map<number, CompiledLayer>();
  for (const record of yield* readCurrentRecords(reader)) {
    layers.set(record.id, known.get(record.id) ?? (yield* compile(reader, record)));
  }
  return layers;
}

/** Overrides before all that was imported. */
function inOrder(layers: readonly CompiledLayer[]): CompiledLayer[] {
  const { override: overrides = [], imported = [] } = Object.groupBy(layers, ({ source }) =>
    source === 'override' ? 'override' : 'imported',
  );
  return [...overrides, ...imported];
}

function* compile(reader: Reader, { id, version, source }: PriceBookRecord): Work<CompiledLayer> {
  const row = yield* readBook(reader, { id });
  if (!row) throw new PriceBookNotFoundError(version);
  try {
    return { source, version, prices: new CompiledPrices(parsePriceList(JSON.parse(row.content))) };
  } catch (cause) {
    throw new CorruptPriceBookError(version, cause);
  }
}
