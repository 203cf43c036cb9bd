import { z } from 'zod';
import { InvalidCursorError } from './usage-errors.ts';

/** A part of a list, in its order. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next part begins; null at the end. */
  readonly nextCursor: string | null;
}

export type SortKey = readonly (string | number)[];

const sortKey = z.array(z.union([z.string(), z.number()]));

/**
 * The sort key of the last item of the page before; an empty one for the first page.
 *
 * @throws {InvalidCursorError} the cursor is none, or one of another list
 */
export function readCursor(cursor: string | undefined, kinds: readonly ('string' | 'number')[]): SortKey {
  if (cursor === undefined) return [];
  const parsed = sortKey.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success || parsed.data.length !== kinds.length) throw new InvalidCursorError();
  if (parsed.data.some((value, index) => typeof value !== kinds[index])) throw new InvalidCursorError();
  return parsed.data;
}

/** The page that `rows` begins with. `rows` holds one more than `limit` if the list goes on. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { keyOf, itemOf }: { keyOf: (row: Row) => SortKey; itemOf: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const goesOn = rows.length > limit && last !== undefined;
  return {
    items: shown.map((row) => itemOf(row)),
    nextCursor: goesOn ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
