import { z } from 'zod';

/** Milliseconds since the epoch. */
export const time = z.int().meta({ description: 'Milliseconds since the epoch, UTC' });

/** The id of a row, in a path. */
export const rowId = z.int().min(1);

/** The body of an answer that has none: 204. */
export const nothing = z.void();

/** A part of a list. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Hand it over as `cursor` for the next part; null at the end' }),
  });
}
