import { randomUUIDv7 } from 'node:crypto';
import type { IronDatabase, schema } from '@iron/db';
import { type Amounts, type Dimension, isHeldCutOff, PERIODS, take, totalsOf, withTotals } from './counter.ts';
import { type Forgotten, type HoldEnd, type HoldRequest, HoldStatements } from './hold-statements.ts';
import { hasRoom, type Limit, limitAt, mapCounters } from './limit.ts';
import { HoldNotFoundError, RequestIdTakenError } from './limit-errors.ts';
import { type LimitRefusal, type LimitState, refusalsOf, statesOf } from './limit-state.ts';
import { LimitStatements } from './limit-statements.ts';
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
 * Holds, and the counters that they are taken out of. Everything here is synchronous and belongs inside
 * `IronDatabase.write`: what is read is then what is changed, whatever other processes do.
 */
export class HoldBook {
  readonly #connection: IronDatabase['connection'];
  readonly #limits: LimitStatements;
  readonly #holds: HoldStatements;
  readonly #now: () => number;
  readonly #calendars = new Map<string, Calendar>();

  /** @param now the clock: milliseconds since the epoch */
  constructor(database: IronDatabase, now: () => number) {
    this.#connection = database.connection;
    this.#limits = new LimitStatements(database);
    this.#holds = new HoldStatements(database);
    this.#now = now;
  }

  /**
   * Takes `amounts` out of every limit that applies to the call, or of none.
   *
   * @throws {RequestIdTakenError} the request id was used for another call, or for one that was settled or has expired
   */
  hold(request: HoldRequest): HoldOutcome {
    const now = this.#now();
    const former = request.requestId === null ? undefined : this.#holds.byRequestId(request.requestId);
    if (former) {
      requireSameCaller(former, request); // or a late settlement of the one would end the hold of the other
      requireUnfinished(former, now);
      if (former.state === 'held') return this.#repeat(requireSame(former, request));
    }
    const limits = this.#makeRoom(request, now);
    if (!limits.every((limit) => hasRoom(limit, request.amounts))) return this.#refuse(limits, request.amounts);
    const taken = limits.map((limit) => mapCounters(limit, (counter, of) => take(counter, request.amounts[of])));
    for (const limit of taken) this.#limits.saveCounters(limit);
    if (former) this.#holds.remove(former.id); // it was released: the call is tried again
    const requestId = request.requestId ?? randomUUIDv7();
    const hold = this.#holds.insert({ ...request, requestId }, now, taken);
    return { isHeld: true, hold, isNew: true, limits: taken };
  }

  /**
   * Puts what a call really used in the place of what it held, in the windows that it was held in. A second time
   * changes nothing; a hold that was released or has expired counts all the same.
   *
   * @param hold as it is now: found in this same write
   * @returns whether it was settled now
   */
  settle(hold: schema.Hold, actual: Amounts): boolean {
    if (hold.state === 'settled') return false;
    this.#end(hold, { state: 'settled' }, actual);
    return true;
  }

  /**
   * Gives back what a call holds.
   *
   * @param reason kept with the hold, for those who look at it later
   * @returns whether it was given back now; not if it has ended before
   * @throws {HoldNotFoundError} there is no such hold
   */
  release(requestId: string, reason: string | null): boolean {
    const hold = this.require(requestId);
    if (hold.state !== 'held') return false;
    this.#end(hold, { state: 'released', reason }, NOTHING);
    return true;
  }

  /** The hold of a request, also for a while after it has ended. */
  find(requestId: string): schema.Hold | undefined {
    return this.#holds.byRequestId(requestId);
  }

  /** @throws {HoldNotFoundError} there is no such hold */
  require(requestId: string): schema.Hold {
    const hold = this.find(requestId);
    if (!hold) throw new HoldNotFoundError(requestId);
    return hold;
  }

  /** The limits that apply to what a user does in a project, with their counters in the windows of now. */
  limitsOf(userId: string, projectId: string | null): Limit[] {
    return this.#limits.applying(userId, projectId).map((limit) => this.atPresent(limit));
  }

  /** The same for those who ask: a hold whose time is over takes no room, though nobody has given it back yet. */
  limitsWithoutExpired(userId: string, projectId: string | null): Limit[] {
    return this.atOneMoment(() => this.limitsOf(userId, projectId).map((limit) => this.withoutExpired(limit)));
  }

  /** A limit as it would be if the holds whose time is over had been given back. Its counters are in the windows of now. */
  withoutExpired(limit: Limit): Limit {
    const now = this.#now();
    return mapCounters(limit, (counter, dimension) => {
      if (counter.held === 0 && counter.overage === 0) return counter;
      const expired = this.#limits.heldUntil(now, limit, dimension);
      if (expired === 0) return counter;
      const totals = totalsOf(counter, this.#trueHeld(limit, dimension));
      return withTotals(counter, { ...totals, held: totals.held - expired });
    });
  }

  /** The state of each dimension that is limited. */
  statesOf(limits: readonly Limit[]): LimitState[] {
    return limits.flatMap((limit) => statesOf(limit, this.calendarOf(limit.timeZone)));
  }

  /** What `read` reads with several queries, as it was at one moment, whatever other processes write. */
  atOneMoment<T>(read: () => T): T {
    return this.#connection.transaction(read)();
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
  reclaim(most: number): number {
    return this.#expire(this.#holds.expired(this.#now(), most, null));
  }

  /** Forgets, of the `most` oldest holds after that id, those that ended at or before that time. */
  forget(afterId: number, endedAt: number, most: number): Forgotten {
    return this.#holds.forget(afterId, endedAt, most);
  }

  /**
   * A limit in another time zone. What was counted goes along into the window that is open there, with the holds of
   * calls under way; or else a change of zone would give a month's budget anew.
   */
  withTimeZone(limit: Limit, timeZone: string): Limit {
    const now = this.#now();
    const [from, to] = [this.calendarOf(limit.timeZone), this.calendarOf(timeZone)];
    const moved = mapCounters(limit, (counter, dimension) => {
      const { start, end } = from.windowAt(PERIODS[dimension], counter.windowStartedAt);
      const { start: newStart } = to.windowAt(PERIODS[dimension], now);
      const isMostlyOver = newStart >= (start + end) / 2;
      if (newStart <= counter.windowStartedAt || isMostlyOver) return counter;
      this.#holds.moveWindow(limit.id, dimension, counter.windowStartedAt, newStart);
      return { ...counter, windowStartedAt: newStart };
    });
    return this.atPresent({ ...moved, timeZone }, now);
  }

  /** A limit under other maxima. What they leave no room for becomes overage, and overage that has room again none. */
  withMaxima(limit: Limit, max: Readonly<Record<Dimension, number | null>>): Limit {
    return mapCounters(limit, (counter, dimension) => {
      const totals = totalsOf(counter, this.#trueHeld(limit, dimension));
      return withTotals({ ...counter, max: max[dimension] }, totals);
    });
  }

  #expire(holds: readonly schema.Hold[]): number {
    for (const hold of holds) this.#end(hold, { state: 'expired' }, NOTHING);
    return holds.length;
  }

  /** The limits of a call, and if they have no room, after the user's expired holds were given back. */
  #makeRoom({ userId, projectId, amounts }: HoldRequest, now: number): Limit[] {
    for (;;) {
      const limits = this.#limits.applying(userId, projectId).map((limit) => this.atPresent(limit, now));
      if (limits.every((limit) => hasRoom(limit, amounts))) return limits;
      if (this.#expire(this.#holds.expired(now, RECLAIMED_AT_ONCE, userId)) === 0) return limits;
    }
  }

  #repeat(hold: schema.Hold): HoldOutcome {
    return { isHeld: true, hold, isNew: false, limits: this.limitsOf(hold.userId, hold.projectId) };
  }

  #refuse(limits: readonly Limit[], amounts: Amounts): HoldOutcome {
    const refusals = limits.flatMap((limit) => refusalsOf(limit, amounts, this.calendarOf(limit.timeZone)));
    const [first, ...others] = refusals.toSorted((one, other) => other.resetsAt - one.resetsAt);
    if (!first) throw new TypeError('A call was refused that every limit has room for.');
    return { isHeld: false, refusals: [first, ...others] };
  }

  #end(hold: schema.Hold, end: HoldEnd, actual: Amounts): void {
    const held = hold.state === 'held' ? amountsOf(hold) : NOTHING;
    for (const windows of this.#holds.limitsOf(hold.id)) {
      const limit = this.#limits.byId(windows.limitId);
      if (limit) this.#limits.saveCounters(this.#replace(limit, windows, held, actual));
    }
    this.#holds.end(hold.id, this.#now(), end);
  }

  /** A window that has passed is not counted any more, so what belongs to it changes nothing. */
  #replace(limit: Limit, windows: schema.HoldLimit, held: Amounts, actual: Amounts): Limit {
    return mapCounters(limit, (counter, dimension) => {
      if (counter.windowStartedAt !== windowOf(windows, dimension)) return counter;
      const totals = totalsOf(counter, this.#trueHeld(limit, dimension));
      return withTotals(counter, {
        held: totals.held - held[dimension],
        settled: totals.settled + actual[dimension],
      });
    });
  }

  #trueHeld(limit: Limit, dimension: Dimension): number {
    const counter = limit.counters[dimension];
    return isHeldCutOff(counter) ? this.#limits.heldInAll(limit, dimension) : counter.held;
  }
}

const NOTHING: Amounts = { tokens: 0, requests: 0, cost: 0 };

function amountsOf({ tokens, requests, costNanos }: schema.Hold): Amounts {
  return { tokens, requests, cost: costNanos };
}

function windowOf(windows: schema.HoldLimit, dimension: Dimension): number {
  return windows[`${dimension}WindowStartedAt`];
}

function requireSame(hold: schema.Hold, request: HoldRequest): schema.Hold {
  const { tokens, requests, cost } = request.amounts;
  const isSame =
    hold.provider === request.provider &&
    hold.model === request.model &&
    hold.tokens === tokens &&
    hold.requests === requests &&
    hold.costNanos === cost;
  if (!isSame) throw new RequestIdTakenError(hold.requestId, 'its call is another one');
  return hold;
}

/** A call whose hold has expired may still be under way, and be settled: its request id can have no second call. */
function requireUnfinished({ requestId, state, expiresAt }: schema.Hold, now: number): void {
  if (state === 'settled') throw new RequestIdTakenError(requestId, 'its call was settled');
  const isOver = state === 'expired' || (state === 'held' && expiresAt <= now);
  if (isOver) throw new RequestIdTakenError(requestId, 'its hold has expired, and its call may still be under way');
}

function requireSameCaller({ requestId, ...hold }: schema.Hold, { tokenId, userId, projectId }: HoldRequest): void {
  const isSame = hold.tokenId === tokenId && hold.userId === userId && hold.projectId === projectId;
  if (!isSame) throw new RequestIdTakenError(requestId, 'its call is another one');
}
