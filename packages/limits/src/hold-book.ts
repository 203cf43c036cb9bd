import { randomUUIDv7 } from 'node:crypto';
import { type Reader, type schema, wait, type Work, type Writer } from '@iron/db';
import {
  type Amounts,
  type Counter,
  type Dimension,
  DIMENSIONS,
  isHeldCutOff,
  PERIODS,
  totalsOf,
  withTotals,
} from './counter.ts';
import type { Forgotten, HoldEnd, HoldRequest } from './hold-request.ts';
import { HoldStore } from './hold-store.ts';
import { haveRoom, type Limit, limitAt, mapCounters, takeFrom, withCounters } from './limit.ts';
import { HoldNotFoundError } from './limit-errors.ts';
import { type LimitRefusal, type LimitState, refusalsOf, statesOf } from './limit-state.ts';
import { LimitStore } from './limit-store.ts';
import { requireSame, requireSameCaller, requireUnfinished } from './require-same-call.ts';
import { Calendar } from './window.ts';

/** What became of a wish to hold. Refused, nothing has changed. */
export type HoldOutcome =
  | {
      readonly isHeld: true;
      readonly hold: schema.Hold;
      readonly isNew: boolean;
      /** Those that apply to the call, as they are with its hold. */
      readonly limits: readonly Limit[];
    }
  | { readonly isHeld: false; readonly refusals: readonly [LimitRefusal, ...LimitRefusal[]] };

/** How many expired holds one call gives back at a time when it needs their room. */
const RECLAIMED_AT_ONCE = 100;

/**
 * Holds, and the counters that they are taken out of. What changes anything belongs inside `IronDatabase.write`, or
 * `call`: what is read is then what is changed, whatever other processes do.
 */
export class HoldBook {
  readonly #limits = new LimitStore();
  readonly #holds = new HoldStore();
  readonly #now: () => number;
  readonly #calendars = new Map<string, Calendar>();

  /** @param now the clock: milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Takes `amounts` out of every limit that applies to the call, or of none.
   *
   * @throws {RequestIdTakenError} the request id was used for another call, or for one that was settled or has expired
   */
  *hold(tx: Writer, request: HoldRequest): Work<HoldOutcome> {
    const now = this.#now();
    const former = request.requestId === null ? undefined : yield* this.#holds.byRequestId(tx, request.requestId);
    if (former) {
      requireSameCaller(former, request); // or a late settlement of the one would end the hold of the other
      requireUnfinished(former, now);
      if (former.state === 'held') return yield* this.#repeat(tx, requireSame(former, request));
    }
    const limits = yield* this.#makeRoom(tx, request, now);
    if (!haveRoom(limits, request.amounts)) return this.#refuse(limits, request.amounts);
    const taken = limits.map((limit) => takeFrom(limit, request.amounts));
    for (const limit of taken) yield* this.#limits.saveCounters(tx, limit);
    if (former) yield* this.#holds.remove(tx, former); // it was released: the call is tried again
    const requestId = request.requestId ?? randomUUIDv7();
    const hold = yield* this.#holds.insert(tx, { ...request, requestId }, now, taken);
    return { isHeld: true, hold, isNew: true, limits: taken };
  }

  /**
   * Puts what a call really used in the place of what it held, in the windows that it was held in. A second time
   * changes nothing; a hold that was released or has expired counts all the same.
   *
   * @param hold as it is now: found in this same write
   * @returns whether it was settled now
   */
  settle(tx: Writer, hold: schema.Hold, actual: Amounts): Work<boolean> {
    return hold.state === 'settled' ? wait(false) : this.#end(tx, hold, { state: 'settled' }, actual);
  }

  /**
   * Gives back what a call holds.
   *
   * @param reason kept with the hold, for those who look at it later
   * @returns whether it was given back now; not if it has ended before
   * @throws {HoldNotFoundError} there is no such hold
   */
  *release(tx: Writer, requestId: string, reason: string | null): Work<boolean> {
    const hold = yield* this.require(tx, requestId);
    return hold.state === 'held' && (yield* this.#end(tx, hold, { state: 'released', reason }, NOTHING));
  }

  /** The hold of a request, also for a while after it has ended. */
  find(reader: Reader, requestId: string): Work<schema.Hold | undefined> {
    return this.#holds.byRequestId(reader, requestId);
  }

  /** @throws {HoldNotFoundError} there is no such hold */
  *require(reader: Reader, requestId: string): Work<schema.Hold> {
    const hold = yield* this.find(reader, requestId);
    if (!hold) throw new HoldNotFoundError(requestId);
    return hold;
  }

  /** The limits that apply to what a user does in a project, with their counters in the windows of now. */
  *limitsOf(reader: Reader, userId: string, projectId: string | null): Work<Limit[]> {
    return (yield* this.#limits.applying(reader, userId, projectId)).map((limit) => this.atPresent(limit));
  }

  /**
   * The same for those who ask: a hold whose time is over takes no room, though nobody has given it back yet. Several
   * queries, for one moment.
   */
  *limitsWithoutExpired(reader: Reader, userId: string, projectId: string | null): Work<Limit[]> {
    const limits: Limit[] = [];
    for (const limit of yield* this.limitsOf(reader, userId, projectId)) {
      limits.push(yield* this.withoutExpired(reader, limit));
    }
    return limits;
  }

  /** A limit as it would be if the holds whose time is over had been given back. Its counters are in the windows of now. */
  *withoutExpired(reader: Reader, limit: Limit): Work<Limit> {
    const now = this.#now();
    const expired = { ...NOTHING };
    for (const dimension of DIMENSIONS) {
      const { held, overage } = limit.counters[dimension];
      if (held > 0 || overage > 0) expired[dimension] = yield* this.#limits.heldUntil(reader, now, limit, dimension);
    }
    const trueHeld = yield* this.#trueHeld(reader, limit);
    return mapCounters(limit, (counter, of) => {
      if (expired[of] === 0) return counter;
      return withTotals(counter, { ...totalsOf(counter, trueHeld[of]), held: trueHeld[of] - expired[of] });
    });
  }

  /** The state of each dimension that is limited. */
  statesOf(limits: readonly Limit[]): LimitState[] {
    return limits.flatMap((limit) => statesOf(limit, this.calendarOf(limit.timeZone)));
  }

  /** A limit with its counters in the windows of now. */
  atPresent(limit: Limit, now = this.#now()): Limit {
    return limitAt(limit, this.calendarOf(limit.timeZone), now);
  }

  /** @throws {InvalidTimeZoneError} the system does not know the zone */
  calendarOf(timeZone: string): Calendar {
    const known = this.#calendars.get(timeZone);
    if (known) return known;
    const calendar = new Calendar(timeZone);
    this.#calendars.set(timeZone, calendar);
    return calendar;
  }

  /** Gives back up to `most` holds whose time is over; says how many. */
  *reclaim(tx: Writer, most: number): Work<number> {
    return yield* this.#expire(tx, yield* this.#holds.expired(tx, this.#now(), most, null));
  }

  /** Forgets, of the `most` oldest holds after that id, those that ended at or before that time. */
  forget(tx: Writer, afterId: number, endedAt: number, most: number): Work<Forgotten> {
    return this.#holds.forget(tx, afterId, endedAt, most);
  }

  /**
   * A limit in another time zone. What was counted goes along into the window that is open there, with the holds of
   * calls under way; or else a change of zone would give a month's budget anew.
   */
  *withTimeZone(tx: Writer, limit: Limit, timeZone: string): Work<Limit> {
    const now = this.#now();
    const [from, to] = [this.calendarOf(limit.timeZone), this.calendarOf(timeZone)];
    const moves: [dimension: Dimension, from: number, to: number][] = [];
    const moved = mapCounters(limit, (counter, dimension) => {
      const { start, end } = from.windowAt(PERIODS[dimension], counter.windowStartedAt);
      const { start: newStart } = to.windowAt(PERIODS[dimension], now);
      const isMostlyOver = newStart >= (start + end) / 2;
      if (newStart <= counter.windowStartedAt || isMostlyOver) return counter;
      moves.push([dimension, counter.windowStartedAt, newStart]);
      return { ...counter, windowStartedAt: newStart };
    });
    for (const move of moves) yield* this.#holds.moveWindow(tx, limit.id, ...move);
    return this.atPresent({ ...moved, timeZone }, now);
  }

  /** A limit under other maxima. What they leave no room for becomes overage, and overage that has room again none. */
  *withMaxima(reader: Reader, limit: Limit, max: Readonly<Record<Dimension, number | null>>): Work<Limit> {
    const trueHeld = yield* this.#trueHeld(reader, limit);
    return mapCounters(limit, (counter, dimension) => {
      const totals = totalsOf(counter, trueHeld[dimension]);
      return withTotals({ ...counter, max: max[dimension] }, totals);
    });
  }

  *#expire(tx: Writer, holds: readonly schema.Hold[]): Work<number> {
    for (const hold of holds) yield* this.#end(tx, hold, { state: 'expired' }, NOTHING);
    return holds.length;
  }

  /** The limits of a call, and if they have no room, after the user's expired holds were given back. */
  *#makeRoom(tx: Writer, { userId, projectId, amounts }: HoldRequest, now: number): Work<Limit[]> {
    for (;;) {
      const stored = yield* this.#limits.applying(tx, userId, projectId);
      const limits = stored.map((limit) => this.atPresent(limit, now));
      if (haveRoom(limits, amounts)) return limits;
      const expired = yield* this.#holds.expired(tx, now, RECLAIMED_AT_ONCE, userId);
      if ((yield* this.#expire(tx, expired)) === 0) return limits;
    }
  }

  *#repeat(reader: Reader, hold: schema.Hold): Work<HoldOutcome> {
    const limits = yield* this.limitsOf(reader, hold.userId, hold.projectId);
    return { isHeld: true, hold, isNew: false, limits };
  }

  #refuse(limits: readonly Limit[], amounts: Amounts): HoldOutcome {
    const refusals = limits.flatMap((limit) => refusalsOf(limit, amounts, this.calendarOf(limit.timeZone)));
    const [first, ...others] = refusals.toSorted((one, other) => other.resetsAt - one.resetsAt);
    if (!first) throw new TypeError('A call was refused that every limit has room for.');
    return { isHeld: false, refusals: [first, ...others] };
  }

  *#end(tx: Writer, hold: schema.Hold, end: HoldEnd, actual: Amounts): Work<true> {
    const held = hold.state === 'held' ? amountsOf(hold) : NOTHING;
    for (const windows of yield* this.#holds.limitsOf(tx, hold.id)) {
      const limit = yield* this.#limits.byId(tx, windows.limitId);
      if (!limit) continue;
      const inAll = yield* this.#trueHeld(tx, limit);
      yield* this.#limits.saveCounters(tx, replaceHeld(limit, windows, { held, actual, inAll }));
    }
    yield* this.#holds.end(tx, hold, this.#now(), end);
    return true;
  }

  /** What open holds take, also where a lowered limit has cut it off: then they are added up. */
  #trueHeld(reader: Reader, limit: Limit): Work<Amounts> {
    const { tokens, requests, cost } = limit.counters;
    const held = { tokens: tokens.held, requests: requests.held, cost: cost.held };
    const isCutOff = isHeldCutOff(tokens) || isHeldCutOff(requests) || isHeldCutOff(cost);
    return isCutOff ? this.#addUpHeld(reader, limit, held) : wait(held);
  }

  *#addUpHeld(reader: Reader, limit: Limit, held: Amounts): Work<Amounts> {
    const inAll = { ...held };
    for (const dimension of DIMENSIONS) {
      if (!isHeldCutOff(limit.counters[dimension])) continue;
      inAll[dimension] = yield* this.#limits.heldInAll(reader, limit, dimension);
    }
    return inAll;
  }
}

const NOTHING: Amounts = { tokens: 0, requests: 0, cost: 0 };

interface Replacement {
  readonly held: Amounts;
  readonly actual: Amounts;
  /** What all open holds of the limit take together. */
  readonly inAll: Amounts;
}

/** A window that has passed is not counted any more, so what belongs to it changes nothing. */
function replaceHeld(limit: Limit, windows: schema.HoldLimit, replacement: Replacement): Limit {
  const { tokens, requests, cost } = limit.counters;
  const { tokensWindowStartedAt, requestsWindowStartedAt, costWindowStartedAt } = windows;
  return withCounters(
    limit,
    tokens.windowStartedAt === tokensWindowStartedAt ? replaceIn(tokens, 'tokens', replacement) : tokens,
    requests.windowStartedAt === requestsWindowStartedAt ? replaceIn(requests, 'requests', replacement) : requests,
    cost.windowStartedAt === costWindowStartedAt ? replaceIn(cost, 'cost', replacement) : cost,
  );
}

function replaceIn(counter: Counter, of: Dimension, { held, actual, inAll }: Replacement): Counter {
  const totals = totalsOf(counter, inAll[of]);
  return withTotals(counter, { held: totals.held - held[of], settled: totals.settled + actual[of] });
}

function amountsOf({ tokens, requests, costNanos }: schema.Hold): Amounts {
  return { tokens, requests, cost: costNanos };
}
