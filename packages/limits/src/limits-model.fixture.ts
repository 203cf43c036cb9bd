import { type Amounts, DIMENSIONS, type Dimension } from './counter.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface ModelHold {
  readonly requestId: string;
  /** All that makes it this call and no other. */
  readonly call: string;
  readonly whose: string;
  readonly amounts: Amounts;
  readonly heldAt: number;
  readonly expiresAt: number;
  readonly userId: string;
  readonly takenFrom: ReadonlyMap<ModelLimit, Amounts>;
  state: 'held' | 'settled' | 'released' | 'expired';
  endedAt: number;
}

export interface ModelLimit {
  max: Readonly<Record<Dimension, number | null>>;
  /** How far its zone is ahead of UTC, always. */
  readonly offset: number;
  readonly started: Record<Dimension, number>;
  /** What calls really used in the window. */
  readonly settled: Record<Dimension, number>;
}

export interface ModelCall {
  readonly requestId: string;
  readonly userId: string;
  readonly projectId: string | null;
  readonly amounts: Amounts;
  readonly ttlMs: number;
}

/** What limits and holds are, said as plainly as can be: holds in a list, and sums made anew each time. */
export class LimitsModel {
  now: number;
  readonly limits = new Map<string, ModelLimit>();
  holds: ModelHold[] = [];

  constructor(now: number) {
    this.now = now;
  }

  /** @returns what became of it, as the steps of the test say it */
  hold(call: ModelCall): string {
    const former = this.find(call.requestId);
    if (former && former.whose !== whoseKey(call.userId, call.projectId)) return 'taken';
    if (former?.state === 'expired' || (former?.state === 'held' && former.expiresAt <= this.now)) return 'taken';
    if (former?.state === 'held') return former.call === describeCall(call) ? describeTime(former) : 'taken';
    if (former?.state === 'settled') return 'taken';
    if (!this.#hasRoom(call)) this.expire(({ userId }) => userId === call.userId);
    if (!this.#hasRoom(call)) return 'refused';
    const limits = this.applying(call.userId, call.projectId);
    for (const limit of limits) this.#rollOver(limit);
    this.holds = this.holds.filter((hold) => hold !== former);
    const hold: ModelHold = {
      requestId: call.requestId,
      call: describeCall(call),
      userId: call.userId,
      whose: whoseKey(call.userId, call.projectId),
      amounts: call.amounts,
      heldAt: this.now,
      expiresAt: this.now + call.ttlMs,
      takenFrom: new Map(limits.map((limit) => [limit, { ...limit.started }])),
      state: 'held',
      endedAt: Number.POSITIVE_INFINITY,
    };
    this.holds.push(hold);
    return describeTime(hold);
  }

  settle(requestId: string, actual: Amounts): boolean | string {
    const hold = this.find(requestId);
    if (!hold) return 'unknown';
    if (hold.state === 'settled') return false;
    for (const [limit, started] of hold.takenFrom)
      for (const dimension of DIMENSIONS)
        if (limit.started[dimension] === started[dimension]) limit.settled[dimension] += actual[dimension];
    this.#end(hold, 'settled');
    return true;
  }

  release(requestId: string): boolean | string {
    const hold = this.find(requestId);
    if (!hold) return 'unknown';
    if (hold.state !== 'held') return false;
    this.#end(hold, 'released');
    return true;
  }

  /** Gives back what is over, as a sweep does, or for one user a call that needs the room. */
  expire(isWanted: (hold: ModelHold) => boolean = () => true): number {
    const isOver = ({ state, expiresAt }: ModelHold) => state === 'held' && expiresAt <= this.now;
    const over = this.holds.filter((hold) => isOver(hold) && isWanted(hold));
    for (const hold of over) this.#end(hold, 'expired');
    return over.length;
  }

  forget(keepEndedMs: number): number {
    const before = this.holds.length;
    this.holds = this.holds.filter(({ endedAt }) => endedAt > this.now - keepEndedMs);
    return before - this.holds.length;
  }

  setLimit(whose: string, max: ModelLimit['max'], offset: number): void {
    const limit = this.limits.get(whose);
    if (!limit) return void this.limits.set(whose, { max, offset, started: noAmounts(), settled: noAmounts() });
    limit.max = max;
    this.#rollOver(limit);
  }

  find(requestId: string): ModelHold | undefined {
    return this.holds.find((hold) => hold.requestId === requestId);
  }

  applying(userId: string, projectId: string | null): ModelLimit[] {
    const keys = projectId === null ? [whoseKey(userId, null)] : [whoseKey(userId, null), whoseKey(userId, projectId)];
    return keys.flatMap((key) => this.limits.get(key) ?? []);
  }

  /** What a limit used and holds in the window of now, or in a later one that a clock that went back has left. */
  inAll(limit: ModelLimit, dimension: Dimension, isCounted: (hold: ModelHold) => boolean = () => true) {
    const started = limit.started[dimension];
    if (windowStart(dimension, this.now, limit.offset) > started) return { settled: 0, held: 0 };
    const held = this.holds
      .filter((hold) => hold.state === 'held' && hold.takenFrom.get(limit)?.[dimension] === started && isCounted(hold))
      .reduce((sum, { amounts }) => sum + amounts[dimension], 0);
    return { settled: limit.settled[dimension], held };
  }

  /** By whose limit it is and dimension. */
  mapDimensions<T>(map: (limit: ModelLimit, dimension: Dimension) => T): Record<string, T> {
    const entries = [...this.limits].flatMap(([whose, limit]) =>
      DIMENSIONS.map((dimension) => [`${whose} ${dimension}`, map(limit, dimension)] as const),
    );
    return Object.fromEntries(entries);
  }

  #hasRoom({ userId, projectId, amounts }: ModelCall): boolean {
    return this.applying(userId, projectId).every((limit) =>
      DIMENSIONS.every((dimension) => {
        const { settled, held } = this.inAll(limit, dimension);
        return amounts[dimension] <= Math.max(0, (limit.max[dimension] ?? Number.POSITIVE_INFINITY) - settled - held);
      }),
    );
  }

  #rollOver(limit: ModelLimit): void {
    for (const dimension of DIMENSIONS) {
      const started = windowStart(dimension, this.now, limit.offset);
      if (started <= limit.started[dimension]) continue;
      limit.started[dimension] = started;
      limit.settled[dimension] = 0;
    }
  }

  #end(hold: ModelHold, state: 'settled' | 'released' | 'expired'): void {
    hold.state = state;
    hold.endedAt = this.now;
  }
}

export function whoseKey(userId: string, projectId: string | null): string {
  return `${userId} ${projectId ?? ''}`;
}

function describeCall({ userId, projectId, amounts }: ModelCall): string {
  return JSON.stringify([userId, projectId, amounts]);
}

function describeTime({ heldAt, expiresAt }: ModelHold): string {
  return `held from ${heldAt} to ${expiresAt}`;
}

function noAmounts(): Record<Dimension, number> {
  return { tokens: 0, requests: 0, cost: 0 };
}

function windowStart(dimension: Dimension, now: number, offset: number): number {
  if (dimension === 'requests') return now - (now % MINUTE);
  const local = new Date(now + offset);
  if (dimension === 'tokens') return local.getTime() - (local.getTime() % DAY) - offset;
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth()) - offset;
}
