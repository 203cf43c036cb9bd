import { InvalidTimeZoneError } from './limit-errors.ts';

/** The span of time that a limit counts in. `end` is the first moment after it. Milliseconds since the epoch. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** How long a window is. All are aligned to the clock; days and months to that of a time zone. */
export type Period = 'minute' | 'day' | 'month';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** More than any zone is away from UTC. */
const FURTHEST_MS = 2 * DAY_MS;

/** The windows of one time zone. It remembers the last of each period: most calls fall into the same one. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #last = new Map<Period, Window>();

  /** @throws {InvalidTimeZoneError} the system does not know the zone */
  constructor(timeZone: string) {
    this.#format = timeZone === 'UTC' ? undefined : dateFormat(timeZone);
  }

  /** The window of that period that `now` lies in. */
  windowAt(period: Period, now: number): Window {
    const last = this.#last.get(period);
    if (last && last.start <= now && now < last.end) return last;
    const window = this.#findWindow(period, now);
    this.#last.set(period, window);
    return window;
  }

  #findWindow(period: Period, now: number): Window {
    if (period === 'minute') {
      const start = now - (now % MINUTE_MS);
      return { start, end: start + MINUTE_MS };
    }
    const { year, month, day } = this.#dateAt(now);
    if (period === 'day') return { start: this.#startOf(year, month, day), end: this.#startOf(year, month, day + 1) };
    return { start: this.#startOf(year, month, 1), end: this.#startOf(year, month + 1, 1) };
  }

  /** The first moment of a date. Where clocks skip midnight that is the moment after the skip. */
  #startOf(year: number, month: number, day: number): number {
    const midnight = Date.UTC(year, month, day);
    if (!this.#format) return midnight;
    let before = midnight - FURTHEST_MS;
    let from = midnight + FURTHEST_MS;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.#dayNumberAt(middle) < midnight) before = middle;
      else from = middle;
    }
    return from;
  }

  #dayNumberAt(time: number): number {
    const { year, month, day } = this.#dateAt(time);
    return Date.UTC(year, month, day);
  }

  /** The date that clocks of the zone show; months count from 0. */
  #dateAt(time: number): { year: number; month: number; day: number } {
    if (!this.#format) {
      const date = new Date(time);
      return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
    }
    const [year = 0, month = 1, day = 1] = this.#format.format(time).split('-').map(Number);
    return { year, month: month - 1, day };
  }
}

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    // The Swedish way to write a date is that of ISO 8601.
    return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch (error) {
    throw new InvalidTimeZoneError(timeZone, error);
  }
}
