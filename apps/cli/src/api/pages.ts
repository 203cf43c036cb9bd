import { z } from 'zod';
import type { TypedFlags } from '../grammar/typed-flags.ts';
import { wholeNumber } from '../grammar/whole-number.ts';
import { InvalidValueError } from '../usage-errors.ts';

const MOST_A_REQUEST = 1000;

/** The flags of every list. */
export const pageFlags = {
  limit: wholeNumber(1)
    .refine((value) => value <= MOST_A_REQUEST, `must be at most ${MOST_A_REQUEST}; --all is all of them`)
    .optional()
    .meta({ value: '<count>', description: `How many at most: 1 to ${MOST_A_REQUEST}. Default: 100` }),
  cursor: z
    .string()
    .optional()
    .meta({ value: '<cursor>', description: 'Where to go on: nextCursor of the part before' }),
  all: z.literal(true).optional().meta({ description: 'All of them, however many there are' }),
};

/** A part of a list, as the API answers. */
export interface ListPart<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** One part of a list, or with `--all` its parts put together until there is no next one. */
export async function readPages<Item>(
  { limit, cursor, all }: TypedFlags<typeof pageFlags>,
  read: (page: { limit: number | undefined; cursor: string | undefined }) => Promise<ListPart<Item>>,
): Promise<ListPart<Item>> {
  if (!all) return await read({ limit, cursor });
  if (limit !== undefined) throw new InvalidValueError('--all', 'cannot be combined with --limit');
  const items: Item[] = [];
  let next: string | null | undefined = cursor;
  do {
    const part: ListPart<Item> = await read({ limit: MOST_A_REQUEST, cursor: next });
    items.push(...part.items);
    next = part.nextCursor;
  } while (next !== null);
  return { items, nextCursor: null };
}
