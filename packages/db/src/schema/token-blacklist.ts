import { index, integer, sqliteTable, text } from '../drizzle.ts';
import { inMilliseconds, lengthBetween, withoutNul } from './column-checks.ts';

/** Session tokens that were signed out before they expired, by their JWT id. */
export const tokenBlacklist = sqliteTable(
  'token_blacklist',
  {
    jti: text('jti').primaryKey(),
    userId: text('user_id').notNull(),
    blacklistedAt: integer('blacklisted_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    index('idx_token_blacklist_expiry').on(t.expiresAt),
    lengthBetween(t.jti, 1, 200),
    lengthBetween(t.userId, 1, 500),
    ...inMilliseconds(t.blacklistedAt, t.expiresAt),
    withoutNul(t.jti, t.userId),
  ],
);

export type BlacklistedToken = typeof tokenBlacklist.$inferSelect;
export type NewBlacklistedToken = typeof tokenBlacklist.$inferInsert;
