import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidTimeZoneError } from './limit-errors.ts';
import { Calendar, type Period, type Window } from './window.ts';

const HOUR = 3_600_000;

function windowAt(timeZone: string, period: Period, now: string): [string, string] {
  const { start, end } = new Calendar(timeZone).windowAt(period, Date.parse(now));
  return [shown(start), shown(end)];
}

function shown(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

function hoursOf({ start, end }: Window): number {
  return (end - start) / HOUR;
}

describe('a window in UTC', () => {
  test('is a minute of the clock', () => {
    expect(windowAt('UTC', 'minute', '2026-03-10T12:00:59.999Z')).toEqual([
      '2026-03-10T12:00:00Z',
      '2026-03-10T12:01:00Z',
    ]);
    expect(windowAt('UTC', 'minute', '2026-03-10T12:01:00.000Z')).toEqual([
      '2026-03-10T12:01:00Z',
      '2026-03-10T12:02:00Z',
    ]);
  });

  test('is a day of the calendar', () => {
    expect(windowAt('UTC', 'day', '2026-03-10T00:00:00Z')).toEqual(['2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z']);
    expect(windowAt('UTC', 'day', '2026-03-09T23:59:59.999Z')[1]).toBe('2026-03-10T00:00:00Z');
  });

  test('is a month of the calendar, not thirty days (litellm#9098)', () => {
    expect(windowAt('UTC', 'month', '2026-02-28T23:59:59Z')).toEqual(['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z']);
    expect(windowAt('UTC', 'month', '2026-03-01T00:00:00Z')).toEqual(['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z']);
  });

  test('knows the leap day', () => {
    expect(windowAt('UTC', 'day', '2028-02-29T12:00:00Z')).toEqual(['2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z']);
    expect(windowAt('UTC', 'month', '2028-02-29T23:59:59Z')[1]).toBe('2028-03-01T00:00:00Z');
    expect(windowAt('UTC', 'day', '2100-02-28T12:00:00Z')[1]).toBe('2100-03-01T00:00:00Z');
  });

  test('ends with the year', () => {
    for (const period of ['minute', 'day', 'month'] as const)
      expect(windowAt('UTC', period, '2026-12-31T23:59:59.999Z')[1]).toBe('2027-01-01T00:00:00Z');
  });
});

describe('a window in another zone', () => {
  test.each([
    ['Asia/Kathmandu', '2026-03-10T18:14:59.999Z', '2026-03-09T18:15:00Z', '2026-03-10T18:15:00Z'],
    ['Asia/Kathmandu', '2026-03-10T18:15:00Z', '2026-03-10T18:15:00Z', '2026-03-11T18:15:00Z'],
    ['Pacific/Kiritimati', '2026-03-10T12:00:00Z', '2026-03-10T10:00:00Z', '2026-03-11T10:00:00Z'],
    ['Pacific/Pago_Pago', '2026-03-10T12:00:00Z', '2026-03-10T11:00:00Z', '2026-03-11T11:00:00Z'],
    ['+02:00', '2026-03-10T12:00:00Z', '2026-03-09T22:00:00Z', '2026-03-10T22:00:00Z'],
  ])('is the day of %s at %s', (timeZone, now, start, end) => {
    expect(windowAt(timeZone, 'day', now)).toEqual([start, end]);
  });

  test.each([
    ['Asia/Kathmandu', '2026-12-31T18:14:59Z', '2026-11-30T18:15:00Z', '2026-12-31T18:15:00Z'],
    ['Asia/Kathmandu', '2026-12-31T18:15:00Z', '2026-12-31T18:15:00Z', '2027-01-31T18:15:00Z'],
    ['America/New_York', '2028-03-01T04:59:59Z', '2028-02-01T05:00:00Z', '2028-03-01T05:00:00Z'],
    ['Europe/Berlin', '2026-03-31T12:00:00Z', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
  ])('is the month of %s at %s', (timeZone, now, start, end) => {
    expect(windowAt(timeZone, 'month', now)).toEqual([start, end]);
  });

  test('is a minute of the same clock everywhere', () => {
    const now = '2026-03-10T12:34:56Z';
    expect(windowAt('Asia/Kathmandu', 'minute', now)).toEqual(windowAt('UTC', 'minute', now));
  });

  test.each(['Mars/Olympus', '', 'Europe/Berlin ', 'UTC+99'])('is refused in %j', (timeZone) => {
    expect(() => new Calendar(timeZone)).toThrow(InvalidTimeZoneError);
    expect(() => new Calendar(timeZone)).toThrow(`There is no time zone ${JSON.stringify(timeZone)}.`);
  });
});

describe('when clocks are changed', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', 25],
    ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', 23],
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-10-03T20:00:00Z', '2026-10-03T13:30:00Z', 23.5],
  ])('the day of %s at %s begins at %s and has %d hours', (timeZone, now, start, hours) => {
    const window = new Calendar(timeZone).windowAt('day', Date.parse(now));
    expect(shown(window.start)).toBe(start);
    expect(hoursOf(window)).toBe(hours);
  });

  test('the hour that comes twice is in the same day both times', () => {
    const berlin = new Calendar('Europe/Berlin');
    const summer = berlin.windowAt('day', Date.parse('2026-10-25T00:30:00Z'));
    expect(berlin.windowAt('day', Date.parse('2026-10-25T01:30:00Z'))).toEqual(summer);
  });

  test.each([
    ['America/Sao_Paulo', '2018-11-04T02:59:59.999Z', '2018-11-04T03:00:00Z', 23],
    ['Africa/Cairo', '2026-04-23T21:59:59.999Z', '2026-04-23T22:00:00Z', 23],
  ])(
    'and midnight is skipped, the day of %s ends at %s and the next begins after the skip',
    (timeZone, last, next, hours) => {
      const calendar = new Calendar(timeZone);
      const before = calendar.windowAt('day', Date.parse(last));
      const after = calendar.windowAt('day', Date.parse(next));
      expect(shown(before.end)).toBe(next);
      expect(shown(after.start)).toBe(next);
      expect(hoursOf(after)).toBe(hours);
    },
  );

  test.each([
    ['America/Sao_Paulo', '2018-02-18T02:30:00Z', '2018-02-17T02:00:00Z', '2018-02-18T03:00:00Z'],
    ['Africa/Cairo', '2026-10-29T21:30:00Z', '2026-10-28T21:00:00Z', '2026-10-29T22:00:00Z'],
  ])('and the last hour before midnight comes twice, the day of %s at %s has 25 hours', (timeZone, now, start, end) => {
    expect(windowAt(timeZone, 'day', now)).toEqual([start, end]);
  });

  test('a day that a zone leaves out is no window', () => {
    const apia = new Calendar('Pacific/Apia'); // it went from 29 to 31 December 2011
    const before = apia.windowAt('day', Date.parse('2011-12-30T09:59:59Z'));
    const after = apia.windowAt('day', Date.parse('2011-12-30T10:00:00Z'));
    expect([shown(before.start), shown(before.end)]).toEqual(['2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z']);
    expect(after.start).toBe(before.end);
    expect(hoursOf(after)).toBe(24);
  });
});

describe('in any zone, at any time', () => {
  const anyZone = fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone'));
  const anyPeriod = fc.constantFrom<Period>('minute', 'day', 'month');
  const anyTime = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2045, 0) });

  test('windows contain the moment and follow each other without a gap or an overlap', () => {
    const check = fc.property(anyZone, anyPeriod, anyTime, (timeZone, period, now) => {
      const window = new Calendar(timeZone).windowAt(period, now);
      expect(window.start).toBeLessThanOrEqual(now);
      expect(window.end).toBeGreaterThan(now);
      for (const time of [window.start, window.end - 1])
        expect(new Calendar(timeZone).windowAt(period, time)).toEqual(window);
      expect(new Calendar(timeZone).windowAt(period, window.end).start).toBe(window.end);
      expect(new Calendar(timeZone).windowAt(period, window.start - 1).end).toBe(window.start);
    });
    fc.assert(check, { numRuns: 200 });
  });

  test('a calendar that was asked before says the same as a new one', () => {
    const check = fc.property(anyZone, anyPeriod, fc.array(anyTime, { minLength: 2 }), (timeZone, period, times) => {
      const used = new Calendar(timeZone);
      for (const time of times)
        expect(used.windowAt(period, time)).toEqual(new Calendar(timeZone).windowAt(period, time));
    });
    fc.assert(check, { numRuns: 30 });
  });

  test('days begin at midnight, or where clocks skip it', () => {
    const check = fc.property(anyZone, anyTime, (timeZone, now) => {
      const { start } = new Calendar(timeZone).windowAt('day', now);
      const dateAt = (time: number) => new Date(time).toLocaleDateString('sv-SE', { timeZone });
      expect(dateAt(start)).toBe(dateAt(now));
      expect(dateAt(start - 1)).not.toBe(dateAt(now));
    });
    fc.assert(check, { numRuns: 200 });
  });
});
