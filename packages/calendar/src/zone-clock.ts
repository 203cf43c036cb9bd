const MINUTE = 60_000;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2}))?/;

/** A date on a wall. Months count from 1. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What the clocks of a time zone show. Offsets are whole quarters of an hour, as all zones have had since 1972. */
export interface ZoneClock {
  /** How far the zone's clocks are ahead of UTC at `time`, in milliseconds. */
  offsetAt(time: number): number;
  /** The first moment at which the clocks show this date; of a date that was skipped, the moment it was skipped at. */
  startOf(date: LocalDate): number;
  dateAt(time: number): LocalDate;
}

const UTC: ZoneClock = zoneClock(() => 0);
const clocks = new Map<string, ZoneClock>([['UTC', UTC]]);

/** Whether this runtime knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** @throws {RangeError} there is no such time zone */
export function clockOf(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const clock = zoneClock((time) => parseOffset(format.format(time)));
  clocks.set(timeZone, clock);
  return clock;
}

function zoneClock(offsetAt: ZoneClock['offsetAt']): ZoneClock {
  return {
    offsetAt,
    dateAt(time) {
      const local = new Date(time + offsetAt(time));
      return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
    },
    startOf({ year, month, day }) {
      const midnight = Date.UTC(year, month - 1, day);
      const [before, after] = [offsetAt(midnight - 24 * 60 * MINUTE), offsetAt(midnight + 24 * 60 * MINUTE)];
      const candidates = [midnight - before, midnight - after].toSorted((left, right) => left - right);
      // No clock showed this midnight where they were set forward over it: the day began at that moment.
      return candidates.find((time) => time + offsetAt(time) === midnight) ?? midnight - before;
    },
  };
}

function parseOffset(text: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  return sign === '-' ? -size : size;
}
