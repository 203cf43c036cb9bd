import { clockOf, type ZoneClock } from '@iron/calendar';
import { InvalidTimeZoneError } from './limit-errors.ts';

/** The span of time that a limit counts in. `end` is the first moment after it. Milliseconds since the epoch. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** How long a window is. All are aligned to the clock; days and months to that of a time zone. */
export type Period = 'minute' | 'day' | 'month';

const MINUTE_MS = 60_000;

/** The windows of one time zone. It remembers the last of each period: most calls fall into the same one. */
export class Calendar {
  readonly #clock: ZoneClock;
  readonly #last: Partial<Record<Period, Window>> = {};

  /** @throws {InvalidTimeZoneError} the system does not know the zone */
  constructor(timeZone: string) {
    try {
      this.#clock = clockOf(timeZone);
    } catch (error) {
      throw new InvalidTimeZoneError(timeZone, error);
    }
  }

  /** The window of that period that `now` lies in. */
  windowAt(period: Period, now: number): Window {
    const last = this.#last[period];
    if (last && last.start <= now && now < last.end) return last;
    const window = this.#findWindow(period, now);
    this.#last[period] = window;
    return window;
  }

  #findWindow(period: Period, now: number): Window {
    if (period === 'minute') {
      const start = now - (now % MINUTE_MS);
      return { start, end: start + MINUTE_MS };
    }
    const { year, month, day } = this.#clock.dateAt(now);
    if (period === 'month') {
      return {
        start: this.#clock.startOf({ year, month, day: 1 }),
        end: this.#clock.startOf({ year, month: month + 1, day: 1 }),
      };
    }
    return {
      start: this.#clock.startOf({ year, month, day }),
      end: this.#clock.startOf({ year, month, day: day + 1 }),
    };
  }
}
