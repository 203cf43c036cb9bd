import { createHash } from 'node:crypto';
import { type Reader, type Writer, schema } from '@iron/db';
import { type SQL, and, desc, eq, inArray, lt, max, or, sql } from 'drizzle-orm';
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
export function appendOverride(tx: Writer, list: PriceList, importedAt: number): PriceBookRecord {
  const id = nextId(tx);
  return append(tx, { id, version: `override@${id}`, source: 'override', importedAt }, toContent(list));
}

/** Adds an imported list, if it is not what was imported from there last. Its version is its digest. */
export function appendImport(
  tx: Writer,
  { source, list, importedAt }: { source: StoredSource; list: PriceList; importedAt: number },
): { record: PriceBookRecord; isNew: boolean } {
  const content = toContent(list);
  const last = readBooks(tx, eq(priceBooks.source, source)).get();
  if (last && last.content === content) return { record: withoutContent(last), isNew: false };
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 8);
  const id = nextId(tx);
  // An older list may be imported again: then it is the newest, under a version of its own.
  const isTaken = readBooks(tx, eq(priceBooks.version, `${source}@${digest}`)).get() !== undefined;
  const version = isTaken ? `${source}@${digest}.${id}` : `${source}@${digest}`;
  return { record: append(tx, { id, version, source, importedAt }, content), isNew: true };
}

/** All that counts at present, the newest first: every override, and the newest list of each other source. */
export function readCurrentRecords(reader: Reader): PriceBookRecord[] {
  const newest = reader
    .select({ id: max(priceBooks.id) })
    .from(priceBooks)
    .groupBy(priceBooks.source);
  return reader
    .select(record)
    .from(priceBooks)
    .where(or(eq(priceBooks.source, 'override'), inArray(priceBooks.id, newest)))
    .orderBy(desc(priceBooks.id))
    .all();
}

/** Newest first; those before `beforeId`, where it is given. */
export function readRecords(reader: Reader, limit: number, beforeId = Number.MAX_SAFE_INTEGER): PriceBookRecord[] {
  const older = reader.select(record).from(priceBooks).where(lt(priceBooks.id, beforeId));
  return older.orderBy(desc(priceBooks.id)).limit(limit).all();
}

export function readBook(reader: Reader, by: { id: number } | { version: string }): schema.PriceBookRow | undefined {
  return readBooks(reader, 'id' in by ? eq(priceBooks.id, by.id) : eq(priceBooks.version, by.version)).get();
}

/** The override of a model that was set last. */
export function readOverride(reader: Reader, provider: string, model: string): schema.PriceBookRow | undefined {
  const ofModel = and(
    eq(priceBooks.source, 'override'),
    eq(sql`json_extract(${priceBooks.content}, '$[0].provider')`, provider),
    eq(sql`json_extract(${priceBooks.content}, '$[0].models[0].model')`, model),
  );
  return readBooks(reader, ofModel).get();
}

function readBooks(reader: Reader, condition: SQL | undefined) {
  return reader.select().from(priceBooks).where(condition).orderBy(desc(priceBooks.id)).limit(1);
}

function append(tx: Writer, added: PriceBookRecord, content: string): PriceBookRecord {
  tx.insert(priceBooks)
    .values({ ...added, content })
    .run();
  return added;
}

function nextId(tx: Writer): number {
  return (
    (tx
      .select({ id: max(priceBooks.id) })
      .from(priceBooks)
      .get()?.id ?? 0) + 1
  );
}

/** What is written can be read again. */
function toContent(list: PriceList): string {
  return JSON.stringify(parsePriceList(list));
}

function withoutContent({ content: _content, ...rest }: schema.PriceBookRow): PriceBookRecord {
  return rest;
}
