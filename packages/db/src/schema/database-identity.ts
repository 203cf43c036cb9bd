import { check, integer, sql, sqliteTable, text } from '../drizzle.ts';
import { inMilliseconds, isOneOf, lengthBetween } from './column-checks.ts';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;

/** The mark that says a file is Iron's, and which one. Always one row. */
export const databaseIdentity = sqliteTable(
  '_iron',
  {
    id: integer('id').primaryKey(),
    instanceId: text('instance_id').notNull(),
    environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
    createdAt: integer('created_at').notNull(),
    seededAt: integer('seeded_at'),
  },
  (t) => [
    check('one_row', sql`${t.id} = 1`),
    lengthBetween(t.instanceId, 1, 100),
    isOneOf(t.environment, ENVIRONMENTS),
    ...inMilliseconds(t.createdAt, t.seededAt),
  ],
);
