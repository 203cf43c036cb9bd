import { createHash } from 'node:crypto';
import type { NewApiToken, NewTokenUsage, NewUsageLimit, NewUser } from '../schema/index.ts';
import { SEEDED_USAGE, SEEDED_USERS, SEED_PRICE_VERSION } from './seed-data.ts';

const DAY_MS = 86_400_000;

/** The rows of one development user, as they are put in. */
export interface SeedRows {
  readonly user: NewUser;
  readonly token: NewApiToken;
  readonly limit: NewUsageLimit;
}

/** What a token is looked up by; its value is nowhere in the database. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The rows of the development users, put in at `now`. */
export function seedRows(now: number): SeedRows[] {
  return SEEDED_USERS.map((seeded) => ({
    user: { ...seeded.user, isActive: true, createdAt: now },
    token: {
      ...seeded.tokenRow,
      tokenHash: hashToken(seeded.token),
      userId: seeded.user.id,
      isActive: true,
      createdAt: now,
    },
    limit: { ...seeded.limit, userId: seeded.user.id, createdAt: now, updatedAt: now },
  }));
}

/** The administrator's calls over the week before `now`. */
export function seedUsage(tokenId: number, now: number): NewTokenUsage[] {
  return SEEDED_USAGE.map(({ daysAgo, ...row }) => ({
    ...row,
    tokenId,
    totalTokens: row.inputTokens + row.outputTokens,
    priceVersion: SEED_PRICE_VERSION,
    recordedAt: now - daysAgo * DAY_MS,
  }));
}
