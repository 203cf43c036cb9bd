import {
  all,
  appendToAuditLog,
  changeRow,
  first,
  makePage,
  type Page,
  readCursor,
  type Reader,
  schema,
  type Work,
  type Writer,
} from '@iron/db';
import { and, asc, eq, gt, sql } from '@iron/db/drizzle';
import { z } from 'zod';
import type { Dimension } from './counter.ts';
import type { HoldBook } from './hold-book.ts';
import type { Limit } from './limit.ts';
import { EmptyLimitError, LimitExistsError, LimitNotFoundError } from './limit-errors.ts';
import type { createLimitSchema, deleteLimitSchema, listLimitsSchema, updateLimitSchema } from './limit-input.ts';
import type { LimitWithStates } from './limit-state.ts';
import { counterColumns, limitOf } from './limit-row.ts';

const { usageLimits } = schema;

/** The limits themselves, as people make, change and delete them; each change is a row of the audit log, too. */
export class LimitStorage {
  readonly #book: HoldBook;
  readonly #now: () => number;

  constructor(book: HoldBook, now: () => number) {
    this.#book = book;
    this.#now = now;
  }

  *create(tx: Writer, { actor, ...values }: z.output<typeof createLimitSchema>): Work<LimitWithStates> {
    const { userId, projectId } = values;
    requireSomething([values.maxTokensPerDay, values.maxRequestsPerMinute, values.maxCostNanosPerMonth]);
    this.#book.calendarOf(values.timeZone);
    const isSameWhose = sql`coalesce(${usageLimits.projectId}, '') = ${projectId ?? ''}`;
    const present = yield* first(
      tx
        .select({ id: usageLimits.id })
        .from(usageLimits)
        .where(and(eq(usageLimits.userId, userId), isSameWhose)),
    );
    if (present) throw new LimitExistsError(present.id, userId, projectId);
    const at = this.#now();
    const row = yield* first(
      tx
        .insert(usageLimits)
        .values({ ...values, createdAt: at, updatedAt: at })
        .returning(),
    );
    yield* appendToAuditLog(tx, {
      entityType: 'limit',
      entityId: row.id,
      action: 'create',
      actor,
      changes: values,
      at,
    });
    return yield* this.#show(tx, row);
  }

  *update(tx: Writer, { limitId, actor, ...changes }: z.output<typeof updateLimitSchema>): Work<LimitWithStates> {
    const former = yield* this.#find(tx, limitId);
    const maxima: Record<Dimension, number | null> = {
      tokens: orFormer(changes.maxTokensPerDay, former.counters.tokens.max),
      requests: orFormer(changes.maxRequestsPerMinute, former.counters.requests.max),
      cost: orFormer(changes.maxCostNanosPerMonth, former.counters.cost.max),
    };
    requireSomething(Object.values(maxima));
    const timeZone = changes.timeZone ?? former.timeZone;
    const moved = timeZone === former.timeZone ? former : yield* this.#book.withTimeZone(tx, former, timeZone);
    const changed = yield* this.#book.withMaxima(tx, moved, maxima);
    const at = this.#now();
    const row = yield* first(
      tx
        .update(usageLimits)
        .set({ ...counterColumns(changed), timeZone, updatedAt: at })
        .where(eq(usageLimits.id, limitId))
        .returning(),
    );
    const audited = { before: settingsOf(former), after: settingsOf(limitOf(row)) };
    yield* appendToAuditLog(tx, {
      entityType: 'limit',
      entityId: limitId,
      actor,
      action: 'update',
      changes: audited,
      at,
    });
    return yield* this.#show(tx, row);
  }

  *delete(tx: Writer, { limitId, actor }: z.output<typeof deleteLimitSchema>): Work<void> {
    const former = yield* this.#find(tx, limitId);
    yield* changeRow(`limit ${limitId}`, tx.delete(usageLimits).where(eq(usageLimits.id, limitId)));
    const audited = { before: settingsOf(former) };
    const at = this.#now();
    yield* appendToAuditLog(tx, {
      entityType: 'limit',
      entityId: limitId,
      action: 'delete',
      actor,
      changes: audited,
      at,
    });
  }

  /** @throws {LimitNotFoundError} there is none */
  *get(reader: Reader, limitId: number): Work<LimitWithStates> {
    return yield* this.#show(reader, yield* this.#row(reader, limitId));
  }

  *list(
    reader: Reader,
    { userId, projectId, limit, cursor }: z.output<typeof listLimitsSchema>,
  ): Work<Page<LimitWithStates>> {
    const after = readCursor(z.int(), cursor) ?? 0;
    const rows = yield* all(
      reader
        .select()
        .from(usageLimits)
        .where(
          and(
            gt(usageLimits.id, after),
            userId === undefined ? undefined : eq(usageLimits.userId, userId),
            projectId === undefined ? undefined : eq(usageLimits.projectId, projectId),
          ),
        )
        .orderBy(asc(usageLimits.id))
        .limit(limit + 1),
    );
    const shown: LimitWithStates[] = [];
    for (const row of rows) shown.push(yield* this.#show(reader, row));
    return makePage(shown, limit, { keyOf: ({ id }) => id, itemOf: (item) => item });
  }

  *#find(reader: Reader, limitId: number): Work<Limit> {
    return this.#book.atPresent(limitOf(yield* this.#row(reader, limitId)));
  }

  *#row(reader: Reader, limitId: number): Work<schema.UsageLimit> {
    const row = yield* first(reader.select().from(usageLimits).where(eq(usageLimits.id, limitId)));
    if (!row) throw new LimitNotFoundError(limitId);
    return row;
  }

  *#show(reader: Reader, row: schema.UsageLimit): Work<LimitWithStates> {
    const limit = this.#book.atPresent(limitOf(row));
    return { ...limit, states: this.#book.statesOf([yield* this.#book.withoutExpired(reader, limit)]) };
  }
}

function requireSomething(maxima: readonly (number | null)[]): void {
  if (maxima.every((max) => max === null)) throw new EmptyLimitError();
}

/** `null` takes a maximum away; leaving it out keeps it. */
function orFormer(max: number | null | undefined, former: number | null): number | null {
  return max === undefined ? former : max;
}

function settingsOf({ userId, projectId, timeZone, counters: { tokens, requests, cost } }: Limit) {
  return {
    userId,
    projectId,
    timeZone,
    maxTokensPerDay: tokens.max,
    maxRequestsPerMinute: requests.max,
    maxCostNanosPerMonth: cost.max,
  };
}
