import type { LimitRefusal, LimitState } from '@iron/limits';
import { describe, expect, test } from 'vitest';
import { limitHeaders, retryAfterSeconds } from './limit-headers.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const MIDNIGHT = Date.UTC(2026, 2, 2);

function aState(about: Partial<LimitState> = {}): LimitState {
  return {
    limitId: 7,
    userId: 'ada',
    projectId: null,
    dimension: 'tokens',
    max: 1_000,
    settled: 100,
    held: 50,
    overage: 0,
    left: 850,
    windowStartedAt: MIDNIGHT - 86_400_000,
    resetsAt: MIDNIGHT,
    ...about,
  };
}

const aRefusal = (about: Partial<LimitRefusal> = {}): LimitRefusal => ({ ...aState(about), requested: 900, ...about });

describe('the headers of limits', () => {
  test('say of each its size, unit and window, and what is left until it begins anew', () => {
    const minute = { windowStartedAt: NOW - 500, resetsAt: NOW + 59_500 };
    const states = [aState(), aState({ dimension: 'requests', max: 60, left: 0, ...minute })];
    expect(limitHeaders(states, NOW)).toEqual({
      'ratelimit-policy': '"7-tokens";q=1000;qu="tokens";w=86400, "7-requests";q=60;qu="requests";w=60',
      ratelimit: '"7-tokens";r=850;t=43200, "7-requests";r=0;t=60',
    });
  });

  test('are not there where nothing is limited: a list of none is no list', () => {
    expect(limitHeaders([], NOW)).toEqual({});
  });

  test('have no integer of more than the 15 digits that structured fields can have', () => {
    const headers = limitHeaders([aState({ max: Number.MAX_SAFE_INTEGER, left: 1_000_000_000_000_000 })], NOW);
    expect(headers['ratelimit-policy']).toBe('"7-tokens";q=999999999999999;qu="tokens";w=86400');
    expect(headers['ratelimit']).toBe('"7-tokens";r=999999999999999;t=43200');
  });

  test('say of a day that the clocks make longer how long it is', () => {
    const [windowStartedAt, resetsAt] = [Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)]; // Berlin
    expect(limitHeaders([aState({ windowStartedAt, resetsAt })], windowStartedAt)['ratelimit-policy']).toContain(
      'w=90000',
    );
  });

  test('never count the seconds of a window that is over as fewer than none', () => {
    expect(limitHeaders([aState()], MIDNIGHT + 5_000)['ratelimit']).toBe('"7-tokens";r=850;t=0');
  });
});

describe('Retry-After', () => {
  test('is when the last of the limits that had no room begins anew', () => {
    const refusals = [aRefusal({ resetsAt: NOW + 1_500 }), aRefusal({ resetsAt: NOW + 60_000 })];
    expect(retryAfterSeconds({ refusals }, NOW)).toBe(60);
  });

  test('is at least a second', () => {
    expect(retryAfterSeconds({ refusals: [aRefusal({ resetsAt: NOW })] }, NOW)).toBe(1);
  });

  test('is not there where the call is larger than one of the limits', () => {
    expect(retryAfterSeconds({ refusals: [aRefusal(), aRefusal({ requested: 1_001 })] }, NOW)).toBeNull();
  });
});
