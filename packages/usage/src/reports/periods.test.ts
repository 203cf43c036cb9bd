import { describe, expect, test } from 'vitest';
import { HOUR } from '../usage-database.fixture.ts';
import { type Interval, periodAt, periodsOf } from './periods.ts';

/** The labels of periods, and how many hours each has. */
function labels(zone: string, interval: Interval, from: string, to: string): (readonly [string, number])[] {
  return periodsOf({ start: Date.parse(from), end: Date.parse(to) }, interval, zone).map(
    ({ start, end }) => [periodAt(start, end, interval, zone).label, (end - start) / HOUR] as const,
  );
}

describe('the periods of a time zone', () => {
  test('tell the two hours apart that an autumn night has twice', () => {
    expect(labels('Europe/Berlin', 'hour', '2026-10-25T00:00Z', '2026-10-25T02:00Z')).toEqual([
      ['2026-10-25T02:00+02:00', 1],
      ['2026-10-25T02:00+01:00', 1],
    ]);
  });

  test('have a leap day, in zones of quarter hours, too', () => {
    expect(labels('Asia/Kathmandu', 'day', '2028-02-27T18:15Z', '2028-03-01T18:15Z')).toEqual([
      ['2028-02-28', 24],
      ['2028-02-29', 24],
      ['2028-03-01', 24],
    ]);
  });

  test('leave out a day that a zone skipped', () => {
    expect(labels('Pacific/Apia', 'day', '2011-12-29T10:00Z', '2011-12-31T10:00Z')).toEqual([
      ['2011-12-29', 24],
      ['2011-12-31', 24],
    ]);
  });

  test('begin where a midnight does not exist at the moment after it', () => {
    expect(labels('America/Sao_Paulo', 'day', '2018-11-03T03:00Z', '2018-11-05T02:00Z')).toEqual([
      ['2018-11-03', 24],
      ['2018-11-04', 23],
    ]);
  });

  test('are half an hour long where clocks move by half an hour', () => {
    expect(labels('Australia/Lord_Howe', 'hour', '2026-04-04T14:00Z', '2026-04-04T16:30Z')).toEqual([
      ['2026-04-05T01:00+11:00', 1],
      ['2026-04-05T01:00+10:30', 0.5],
      ['2026-04-05T02:00+10:30', 1],
    ]);
  });

  test('have months as long as they are', () => {
    expect(labels('America/New_York', 'month', '2028-02-01T05:00Z', '2028-04-01T04:00Z')).toEqual([
      ['2028-02', 29 * 24],
      ['2028-03', 31 * 24 - 1],
    ]);
  });

  test('begin at whole quarters of an hour in every zone there is', () => {
    const year = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2027, 0, 1) };
    const starts = Intl.supportedValuesOf('timeZone').flatMap((zone) => periodsOf(year, 'month', zone));
    expect(starts.filter(({ start }) => start % 900_000 !== 0)).toEqual([]);
  });
});
