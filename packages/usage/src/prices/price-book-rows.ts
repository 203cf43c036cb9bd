import { createHash } from 'node:crypto';
import { all, first, type Reader, run, schema, type SqlText, wait, type Work, type Writer } from '@iron/db';
import type { SQL } from 'drizzle-orm';
import { desc, eq, inArray, lt, max, or } from '@iron/db/drizzle';
import { CorruptPriceBookError } from './price-errors.ts';
import { type PriceList, parsePriceList } from './price-list.ts';

const { priceBooks } = schema;

export type StoredSource = schema.PriceBookRow['source'];

/** A stored price book without its prices. */
export type PriceBookRecord = Omit<schema.PriceBookRow, 'content'>;

const record = {
  id: priceBooks.id,
  version: priceBooks.version,
  source: priceBooks.source,
  importedAt: priceBooks.importedAt,
};

/** Adds an override; its version is its number. */
export function* appendOverride(tx: Writer, list: PriceList, importedAt: number): Work<PriceBookRecord> {
  const id = yield* nextId(tx);
  return yield* append(tx, { id, version: `override@${id}`, source: 'override', importedAt }, toContent(list));
}

/** Adds an imported list, if it is not what was imported from there last. Its version is its digest. */
export function* appendImport(
  tx: Writer,
  { source, list, importedAt }: { source: StoredSource; list: PriceList; importedAt: number },
): Work<{ record: PriceBookRecord; isNew: boolean }> {
  const content = toContent(list);
  const last = yield* first(readBooks(tx, eq(priceBooks.source, source)));
  if (last && last.content === content) return { record: withoutContent(last), isNew: false };
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 8);
  const id = yield* nextId(tx);
  // An older list may be imported again: then it is the newest, under a version of its own.
  const isTaken = (yield* readBook(tx, { version: `${source}@${digest}` })) !== undefined;
  const version = isTaken ? `${source}@${digest}.${id}` : `${source}@${digest}`;
  return { record: yield* append(tx, { id, version, source, importedAt }, content), isNew: true };
}

/** All that counts at present, the newest first: every override, and the newest list of each other source. */
export function* readCurrentRecords(reader: Reader): Work<PriceBookRecord[]> {
  const newest = reader
    .select({ id: max(priceBooks.id) })
    .from(priceBooks)
    .groupBy(priceBooks.source);
  return yield* all(
    reader
      .select(record)
      .from(priceBooks)
      .where(or(eq(priceBooks.source, 'override'), inArray(priceBooks.id, newest)))
      .orderBy(desc(priceBooks.id)),
  );
}

/** Newest first; those before `beforeId`, where it is given. */
export function* readRecords(
  reader: Reader,
  limit: number,
  beforeId = Number.MAX_SAFE_INTEGER,
): Work<PriceBookRecord[]> {
  const older = reader.select(record).from(priceBooks).where(lt(priceBooks.id, beforeId));
  return yield* all(older.orderBy(desc(priceBooks.id)).limit(limit));
}

export function* readBook(
  reader: Reader,
  by: { id: number } | { version: string },
): Work<schema.PriceBookRow | undefined> {
  const condition = 'id' in by ? eq(priceBooks.id, by.id) : eq(priceBooks.version, by.version);
  return yield* first(readBooks(reader, condition));
}

/** The override of a model that was set last. */
export function* readOverride(
  reader: Reader,
  provider: string,
  model: string,
): Work<Pick<schema.PriceBookRow, 'version' | 'content'> | undefined> {
  return yield* wait(
    reader
      .statement<[string, string], Pick<schema.PriceBookRow, 'version' | 'content'>>(FIND_OVERRIDE)
      .get(provider, model),
  );
}

const FIND_OVERRIDE: SqlText = { sqlite: findOverride('content'), postgres: findOverride('content::json') };

function findOverride(content: string): string {
  return `
    SELECT version, content FROM _price_books
    WHERE source = 'override'
      AND ${content} -> 0 ->> 'provider' = ? AND ${content} -> 0 -> 'models' -> 0 ->> 'model' = ?
    ORDER BY id DESC LIMIT 1`;
}

/** @throws {CorruptPriceBookError} somebody else wrote it */
export function pricesOf({ version, content }: Pick<schema.PriceBookRow, 'version' | 'content'>): PriceList {
  try {
    return parsePriceList(JSON.parse(content));
  } catch (cause) {
    throw new CorruptPriceBookError(version, cause);
  }
}

function readBooks(reader: Reader, condition: SQL | undefined) {
  return reader.select().from(priceBooks).where(condition).orderBy(desc(priceBooks.id)).limit(1);
}

function* append(tx: Writer, added: PriceBookRecord, content: string): Work<PriceBookRecord> {
  yield* run(tx.insert(priceBooks).values({ ...added, content }));
  return added;
}

function* nextId(tx: Writer): Work<number> {
  const newest = yield* first(tx.select({ id: max(priceBooks.id) }).from(priceBooks));
  return (newest?.id ?? 0) + 1;
}

/** What is written can be read again. */
function toContent(list: PriceList): string {
  return JSON.stringify(parsePriceList(list));
}

function withoutContent({ content: _content, ...rest }: schema.PriceBookRow): PriceBookRecord {
  return rest;
}
