import { expect, test } from 'vitest';
import { showChanges } from './change-text.ts';

const NOON = Date.UTC(2026, 2, 1, 12);

test.each([
  [null, ''],
  [{}, ''],
  [
    { name: 'laptop', scopes: ['usage:read', 'tokens:read'], projectId: null, provider: '' },
    'name: laptop, scopes: usage:read tokens:read',
  ],
  [{ expiresAt: NOON, rotatedToId: 6 }, 'expiresAt: 2026-03-01 12:00:00 UTC, rotatedToId: 6'],
  [{ state: 'active', hasPassword: true }, 'state: active, hasPassword: true'],
  [
    { before: { name: 'old', expiresAt: NOON }, after: { name: 'new', expiresAt: null } },
    'name: old → new, expiresAt: 2026-03-01 12:00:00 UTC → none',
  ],
  [
    { before: { providers: ['openai'] }, after: { providers: ['openai', 'anthropic'] } },
    'providers: openai → openai anthropic',
  ],
  [
    {
      before: { maxTokensPerDay: 5, maxCostNanosPerMonth: null },
      after: { maxTokensPerDay: 5, maxCostNanosPerMonth: 20_000_000_000 },
    },
    'maxCostNanosPerMonth: none → $20.00',
  ],
  [{ before: { userId: 'ada', maxTokensPerDay: 5 } }, 'userId: ada, maxTokensPerDay: 5'],
])('%j is shown as %j', (changes, shown) => {
  expect(showChanges(changes)).toBe(shown);
});
