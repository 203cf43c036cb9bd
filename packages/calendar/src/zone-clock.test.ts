import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOf, isTimeZone, type LocalDate } from './zone-clock.ts';

const startOf = (timeZone: string, year: number, month: number, day: number) =>
  new Date(clockOf(timeZone).startOf({ year, month, day })).toISOString().replace(':00.000Z', 'Z');

describe('the clocks of a time zone', () => {
  test.each([
    ['UTC', 2026, 2, 28, '2026-02-28T00:00Z'],
    ['Europe/Berlin', 2026, 3, 29, '2026-03-28T23:00Z'],
    ['Europe/Berlin', 2026, 3, 30, '2026-03-29T22:00Z'],
    ['America/New_York', 2026, 11, 2, '2026-11-02T05:00Z'],
    ['Asia/Kathmandu', 2026, 1, 1, '2025-12-31T18:15Z'],
    ['America/Sao_Paulo', 2018, 11, 4, '2018-11-04T03:00Z'], // clocks went from 00:00 to 01:00
    ['Pacific/Apia', 2011, 12, 31, '2011-12-30T10:00Z'], // there was no 30 December
    ['Pacific/Apia', 2011, 12, 30, '2011-12-30T10:00Z'],
  ] as const)('in %s begin %i-%i-%i at %s', (timeZone, year, month, day, start) => {
    expect(startOf(timeZone, year, month, day)).toBe(start);
  });

  test('show a date from its first moment on, and an earlier one before', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2037, 0, 1) }),
        (timeZone, time) => {
          const clock = clockOf(timeZone);
          const date = clock.dateAt(time);
          const start = clock.startOf(date);
          expect(start).toBeLessThanOrEqual(time);
          expect(clock.dateAt(start)).toEqual(date);
          expect(dayNumber(clock.dateAt(start - 1))).toBeLessThan(dayNumber(date));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('are known by the name of their zone', () => {
    expect(['UTC', 'Asia/Kolkata', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
    expect(() => clockOf('Mars/Olympus')).toThrow(RangeError);
  });
});

function dayNumber({ year, month, day }: LocalDate): number {
  return Date.UTC(year, month - 1, day);
}
