import { HOUR } from '../durations.ts';
import { TooManyPeriodsError } from '../usage-errors.ts';
import { type LocalDate, type ZoneClock, clockOf } from '@iron/calendar';

export const INTERVALS = ['hour', 'day', 'month'] as const;
/** How long the periods of a report are. */
export type Interval = (typeof INTERVALS)[number];

/** A span of time, in milliseconds since the epoch: from `start` on, up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An hour, a day or a month of a time zone, as far as it is in the range that was asked for. */
export interface Period extends Span {
  /** `2026-03`, `2026-03-29`, or for an hour `2026-03-29T03:00+02:00`, which tells the two hours of an autumn night apart. */
  readonly label: string;
}

const MOST_PERIODS = 10_000;

/**
 * The periods that a range consists of, in order. The first and the last may be partial.
 *
 * @throws {TooManyPeriodsError} there are more than 10,000
 */
export function periodsOf(range: Span, interval: Interval, timeZone: string): Span[] {
  const clock = clockOf(timeZone);
  const periods: Span[] = [];
  for (let start = range.start; start < range.end;) {
    const end = Math.min(nextStart(start, interval, clock), range.end);
    periods.push({ start, end });
    if (periods.length > MOST_PERIODS) throw new TooManyPeriodsError(MOST_PERIODS);
    start = end;
  }
  return periods;
}

/** The period that `start` is in, from there on, as far as it lies before `end`. */
export function periodAt(start: number, end: number, interval: Interval, timeZone: string): Period {
  const clock = clockOf(timeZone);
  return { start, end: Math.min(nextStart(start, interval, clock), end), label: labelOf(start, interval, clock) };
}

/** Where the period that `time` is in ends. */
function nextStart(time: number, interval: Interval, clock: ZoneClock): number {
  if (interval === 'hour') return nextWholeHour(time, clock);
  const date = clock.dateAt(time);
  for (let step = 1; ; step += 1) {
    const next = clock.startOf(interval === 'day' ? daysAfter(date, step) : monthsAfter(date, step));
    if (next > time) return next;
  }
}

function nextWholeHour(time: number, clock: ZoneClock): number {
  const offset = clock.offsetAt(time);
  return (Math.floor((time + offset) / HOUR) + 1) * HOUR - offset;
}

function daysAfter({ year, month, day }: LocalDate, days: number): LocalDate {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function monthsAfter({ year, month }: LocalDate, months: number): LocalDate {
  const date = new Date(Date.UTC(year, month - 1 + months, 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: 1 };
}

function labelOf(time: number, interval: Interval, clock: ZoneClock): string {
  const offset = clock.offsetAt(time);
  const local = new Date(time + offset).toISOString();
  if (interval === 'month') return local.slice(0, 7);
  if (interval === 'day') return local.slice(0, 10);
  return `${local.slice(0, 13)}:00${offset === 0 ? 'Z' : offsetLabel(offset)}`;
}

function offsetLabel(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
