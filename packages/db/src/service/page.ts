import type { z } from 'zod';
import { InvalidCursorError } from './input-errors.ts';

/** A part of a list, in its order. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next part begins; `null` at the end. */
  readonly nextCursor: string | null;
}

/**
 * What a cursor says: the sort key of the last item of its page.
 *
 * @throws {InvalidCursorError} it is not one of this list
 */
export function readCursor<Key extends z.ZodType>(key: Key, cursor: string | undefined): z.output<Key> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = key.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success || hasNul(parsed.data)) throw new InvalidCursorError();
  return parsed.data;
}

/** No name has one, and PostgreSQL takes no text that does. */
function hasNul(key: unknown): boolean {
  return [key].flat().some((part) => typeof part === 'string' && part.includes('\0'));
}

/** The page that `rows` begins with. `rows` holds one more than `limit` if the list goes on. */
export function makePage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { keyOf, itemOf }: { keyOf: (row: Row) => unknown; itemOf: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const goesOn = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: goesOn ? makeCursor(keyOf(last)) : null };
}

/** The cursor that {@link readCursor} reads: of a list that goes on after what has this sort key. */
export function makeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
