import { type IronDatabase, appendToAuditLog, makePage, type Page, readCursor, schema, type Writer } from '@iron/db';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
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
  readonly #reader: IronDatabase['reader'];
  readonly #book: HoldBook;
  readonly #now: () => number;

  constructor({ reader }: IronDatabase, book: HoldBook, now: () => number) {
    this.#reader = reader;
    this.#book = book;
    this.#now = now;
  }

  create(tx: Writer, { actor, ...values }: z.output<typeof createLimitSchema>): LimitWithStates {
    const { userId, projectId } = values;
    requireSomething([values.maxTokensPerDay, values.maxRequestsPerMinute, values.maxCostNanosPerMonth]);
    this.#book.calendarOf(values.timeZone);
    const isSameWhose = sql`coalesce(${usageLimits.projectId}, '') = ${projectId ?? ''}`;
    const present = this.#reader
      .select({ id: usageLimits.id })
      .from(usageLimits)
      .where(and(eq(usageLimits.userId, userId), isSameWhose))
      .get();
    if (present) throw new LimitExistsError(present.id, userId, projectId);
    const at = this.#now();
    const row = tx
      .insert(usageLimits)
      .values({ ...values, createdAt: at, updatedAt: at })
      .returning()
      .get();
    appendToAuditLog(tx, { entityType: 'limit', entityId: row.id, action: 'create', actor, changes: values, at });
    return this.#show(row);
  }

  update(tx: Writer, { limitId, actor, ...changes }: z.output<typeof updateLimitSchema>): LimitWithStates {
    const former = this.#find(limitId);
    const maxima: Record<Dimension, number | null> = {
      tokens: orFormer(changes.maxTokensPerDay, former.counters.tokens.max),
      requests: orFormer(changes.maxRequestsPerMinute, former.counters.requests.max),
      cost: orFormer(changes.maxCostNanosPerMonth, former.counters.cost.max),
    };
    requireSomething(Object.values(maxima));
    const timeZone = changes.timeZone ?? former.timeZone;
    const moved = timeZone === former.timeZone ? former : this.#book.withTimeZone(former, timeZone);
    const at = this.#now();
    const row = tx
      .update(usageLimits)
      .set({ ...counterColumns(this.#book.withMaxima(moved, maxima)), timeZone, updatedAt: at })
      .where(eq(usageLimits.id, limitId))
      .returning()
      .get();
    const audited = { before: settingsOf(former), after: settingsOf(limitOf(row)) };
    appendToAuditLog(tx, { entityType: 'limit', entityId: limitId, action: 'update', actor, changes: audited, at });
    return this.#show(row);
  }

  delete(tx: Writer, { limitId, actor }: z.output<typeof deleteLimitSchema>): void {
    const former = this.#find(limitId);
    tx.delete(usageLimits).where(eq(usageLimits.id, limitId)).run();
    const audited = { before: settingsOf(former) };
    const at = this.#now();
    appendToAuditLog(tx, { entityType: 'limit', entityId: limitId, action: 'delete', actor, changes: audited, at });
  }

  /** @throws {LimitNotFoundError} there is none */
  get(limitId: number): LimitWithStates {
    return this.#book.atOneMoment(() => this.#show(this.#row(limitId)));
  }

  list(wanted: z.output<typeof listLimitsSchema>): Page<LimitWithStates> {
    return this.#book.atOneMoment(() => this.#list(wanted));
  }

  #list({ userId, projectId, limit, cursor }: z.output<typeof listLimitsSchema>): Page<LimitWithStates> {
    const after = readCursor(z.int(), cursor) ?? 0;
    const rows = this.#reader
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
      .limit(limit + 1)
      .all();
    return makePage(rows, limit, { keyOf: ({ id }) => id, itemOf: (row) => this.#show(row) });
  }

  #find(limitId: number): Limit {
    return this.#book.atPresent(limitOf(this.#row(limitId)));
  }

  #row(limitId: number): schema.UsageLimit {
    const row = this.#reader.select().from(usageLimits).where(eq(usageLimits.id, limitId)).get();
    if (!row) throw new LimitNotFoundError(limitId);
    return row;
  }

  #show(row: schema.UsageLimit): LimitWithStates {
    const limit = this.#book.atPresent(limitOf(row));
    return { ...limit, states: this.#book.statesOf([this.#book.withoutExpired(limit)]) };
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
