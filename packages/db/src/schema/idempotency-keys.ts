import { blob, check, index, integer, sql, sqliteTable, text } from '../drizzle.ts';
import { inMilliseconds, isSha256 } from './column-checks.ts';

/** Requests that are carried out once, however often they are repeated, and their answers. */
export const idempotencyKeys = sqliteTable(
  '_idempotency_keys',
  {
    keyHash: text('key_hash').primaryKey(),
    requestHash: text('request_hash').notNull(),
    /** Encrypted; NULL: begun by an Iron that kept answers apart, and not answered. */
    answer: blob('answer', { mode: 'buffer' }),
    startedAt: integer('started_at').notNull(),
  },
  (t) => [
    index('_idempotency_keys_age').on(t.startedAt),
    isSha256(t.keyHash),
    isSha256(t.requestHash),
    check('answer_bytes', sql`length(${t.answer}) BETWEEN 28 AND 1100000`),
    ...inMilliseconds(t.startedAt),
  ],
);
