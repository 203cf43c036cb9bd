import { makeCursor, makePage, type Page, type Reader, readCursor, schema } from '@iron/db';
import type { Query, SQL } from 'drizzle-orm';
import { and, asc, desc, eq, gt, gte, lt, lte, or, sql } from '@iron/db/drizzle';
import { z } from 'zod';
import type { listHoldsSchema } from './limit-input.ts';

const { holds } = schema;

type Wanted = z.output<typeof listHoldsSchema>;

/** How many rows a page of ended holds looks at. No index leads to them: it would be written with every call. */
const LOOKED_AT = 5_000;

/** The hold as it is at `now`: its time may be over, though nobody has given it back yet. */
export function shownHold(hold: schema.Hold, now: number): schema.Hold {
  const isOver = hold.state === 'held' && hold.expiresAt <= now;
  return isOver ? { ...hold, state: 'expired', endedAt: hold.expiresAt } : hold;
}

/** A part of the holds of one state. */
export async function listHolds(reader: Reader, wanted: Wanted, now: number): Promise<Page<schema.Hold>> {
  return await (wanted.state === 'held' ? listOpenHolds(reader, wanted, now) : listEndedHolds(reader, wanted, now));
}

/** The query for open holds in the order of their index, one more than wanted. */
export function openHolds(
  reader: Reader,
  { userId, projectId, limit, cursor }: Wanted,
  now: number,
): PromiseLike<schema.Hold[]> & { toSQL(): Query } {
  const after = readCursor(z.tuple([z.string(), z.int(), z.int()]), cursor);
  const isOpen = sql`${holds.state} = 'held'`; // as the index says it
  const isAfter = after && sql`(${holds.userId}, ${holds.expiresAt}, ${holds.id}) > ${after}`;
  return reader
    .select()
    .from(holds)
    .where(and(isOpen, gt(holds.expiresAt, now), isAfter, isOf(userId, projectId)))
    .orderBy(asc(holds.userId), asc(holds.expiresAt), asc(holds.id))
    .limit(limit + 1);
}

async function listOpenHolds(reader: Reader, wanted: Wanted, now: number): Promise<Page<schema.Hold>> {
  return makePage(await openHolds(reader, wanted, now), wanted.limit, {
    keyOf: ({ userId, expiresAt, id }) => [userId, expiresAt, id],
    itemOf: (hold) => hold,
  });
}

/** From the latest on, a bounded number of rows at a time. */
async function listEndedHolds(
  reader: Reader,
  { state, userId, projectId, limit, cursor }: Wanted,
  now: number,
): Promise<Page<schema.Hold>> {
  const before = lt(holds.id, readCursor(z.int(), cursor) ?? Number.MAX_SAFE_INTEGER);
  const latestFirst = desc(holds.id);
  const [last] = await reader
    .select({ id: holds.id })
    .from(holds)
    .where(before)
    .orderBy(latestFirst)
    .limit(1)
    .offset(LOOKED_AT - 1);
  const rows = await reader
    .select()
    .from(holds)
    .where(
      and(
        before,
        last && gte(holds.id, last.id),
        state === 'expired' ? hasExpired(now) : eq(holds.state, state),
        isOf(userId, projectId),
      ),
    )
    .orderBy(latestFirst)
    .limit(limit + 1);
  const page = makePage(rows, limit, { keyOf: ({ id }) => id, itemOf: (hold) => shownHold(hold, now) });
  return page.nextCursor === null && last ? { ...page, nextCursor: makeCursor(last.id) } : page;
}

function hasExpired(now: number): SQL | undefined {
  return or(eq(holds.state, 'expired'), and(eq(holds.state, 'held'), lte(holds.expiresAt, now)));
}

function isOf(userId: string | undefined, projectId: string | undefined): SQL | undefined {
  return and(
    userId === undefined ? undefined : eq(holds.userId, userId),
    projectId === undefined ? undefined : eq(holds.projectId, projectId),
  );
}
