import { check, integer, sql, sqliteTable, text } from '../drizzle.ts';
import { inMilliseconds, isOneOf, lengthBetween, withoutNul } from './column-checks.ts';

export const PRICE_SOURCES = ['override', 'litellm', 'models.dev'] as const;

/** Price lists that an operator brought in. A row is never changed: usage rows name its version. */
export const priceBooks = sqliteTable(
  '_price_books',
  {
    id: integer('id').primaryKey(),
    version: text('version').notNull().unique(),
    source: text('source', { enum: PRICE_SOURCES }).notNull(),
    content: text('content').notNull(),
    importedAt: integer('imported_at').notNull(),
  },
  (t) => [
    lengthBetween(t.version, 1, 100),
    isOneOf(t.source, PRICE_SOURCES),
    check('content_is_array', sql`json_valid(${t.content}) AND json_type(${t.content}) = 'array'`),
    ...inMilliseconds(t.importedAt),
    withoutNul(t.version),
  ],
);

export type PriceBookRow = typeof priceBooks.$inferSelect;
