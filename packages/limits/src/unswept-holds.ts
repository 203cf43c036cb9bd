import { type Reader, schema } from '@iron/db';
import { and, count, lte, min, sql } from '@iron/db/drizzle';

const { holds } = schema;

/** Holds whose time is over, and that nobody has given back yet. */
export interface UnsweptHolds {
  readonly holds: number;
  /** When the time of the first of them was over, in milliseconds since the epoch; `null` where there is none. */
  readonly since: number | null;
}

/** Counts them, from the index of open holds. */
export async function unsweptHolds(reader: Reader, now: number): Promise<UnsweptHolds> {
  const isOpen = sql`${holds.state} = 'held'`; // as the index says it
  const [found] = await reader
    .select({ holds: count(), since: min(holds.expiresAt) })
    .from(holds)
    .where(and(isOpen, lte(holds.expiresAt, now)));
  return found ?? { holds: 0, since: null };
}
