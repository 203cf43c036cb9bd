import type { z } from 'zod';
import { InvalidCursorError } from './input-errors.ts';

/** A part of a list, in its order. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to ask for the next part with; `null` at the end. */
  readonly nextCursor: string | null;
}

/**
 * What a cursor says: the sort key of the last item of its page. `undefined` where there is no cursor.
 *
 * @throws {InvalidCursorError} it is not one that a list with such a key gave
 */
export function readCursor<Key extends z.ZodType>(key: Key, cursor: string | undefined): z.output<Key> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = key.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw new InvalidCursorError();
  return parsed.data;
}

/** The page that `rows` begins with. `rows` holds one more than `limit` if the list goes on. */
export function makePage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { keyOf, itemOf }: { readonly keyOf: (row: Row) => unknown; readonly itemOf: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const goesOn = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: goesOn ? makeCursor(keyOf(last)) : null };
}

function makeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
