import { describe, expect, test } from 'vitest';
import { duration, timeAgo, timeAhead, timeAheadOrNever } from './time-flags.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;

describe('a time', () => {
  test.each([
    ['2027-01-01', Date.UTC(2027, 0, 1)],
    ['2027-01-01T12:30:00Z', Date.UTC(2027, 0, 1, 12, 30)],
    ['2027-01-01T12:30:00.250+02:00', Date.UTC(2027, 0, 1, 10, 30, 0, 250)],
    ['1798761600000', 1_798_761_600_000],
    ['12h', NOON + 12 * HOUR],
    ['30d', NOON + 30 * 24 * HOUR],
    ['2w', NOON + 14 * 24 * HOUR],
    ['90s', NOON + 90_000],
  ])('%s is understood', (typed, expected) => {
    expect(timeAhead().parse(typed)(NOON)).toBe(expected);
  });

  test('a length of time is counted back where the past is meant, and "never" is null where that may be', () => {
    expect(timeAgo().parse('15m')(NOON)).toBe(NOON - HOUR / 4);
    expect(timeAheadOrNever().parse('never')).toBeNull();
    expect(timeAheadOrNever().parse('1h')?.(NOON)).toBe(NOON + HOUR);
  });

  test.each([
    ['a time of day without its offset', '2027-01-01T12:30:00'],
    ['a day that no month has', '2027-02-30'],
    ['seconds since the epoch', '1798761600'],
    ['a length without its unit', '30'],
    ['a length below zero', '-1d'],
    ['a fraction', '1.5h'],
    ['words', 'tomorrow'],
    ['never, where it cannot be', 'never'],
    ['nothing', ''],
  ])('%s is refused', (_, typed) => {
    expect(timeAhead().safeParse(typed).error?.issues[0]?.message).toBe(
      'must be a date (2027-01-01), a time (2027-01-01T12:00:00Z), milliseconds since the epoch, or how long until then (30d, 12h)',
    );
  });
});

test('a length of time is milliseconds', () => {
  expect(['0s', '90s', '1h'].map((typed) => duration().parse(typed))).toEqual([0, 90_000, HOUR]);
  expect(duration().safeParse('2027-01-01').success).toBe(false);
});
