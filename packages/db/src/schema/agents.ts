import { integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { bytesAtMost, inMilliseconds, isJsonArray, lengthBetween, withoutNul } from './column-checks.ts';

/** Agents and the providers that their tokens may use. */
export const agents = sqliteTable(
  'agents',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    providers: text('providers', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('idx_agents_name').on(sql`${t.name} COLLATE NOCASE`),
    lengthBetween(t.name, 1, 200),
    withoutNul(t.name),
    isJsonArray(t.providers),
    bytesAtMost(t.providers, 16_384),
    ...inMilliseconds(t.createdAt),
  ],
);

export type Agent = typeof agents.$inferSelect;
export type NewAgent = typeof agents.$inferInsert;
