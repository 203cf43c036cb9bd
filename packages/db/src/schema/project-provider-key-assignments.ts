import { index, integer, sqliteTable, text, unique } from '../drizzle.ts';
import { aiProviderKeys } from './ai-provider-keys.ts';
import { inMilliseconds, lengthBetween, withoutNul } from './column-checks.ts';

/** Which projects may use which provider keys. */
export const projectProviderKeyAssignments = sqliteTable(
  'project_provider_key_assignments',
  {
    id: integer('id').primaryKey(),
    projectId: text('project_id').notNull(),
    providerKeyId: integer('provider_key_id')
      .notNull()
      .references(() => aiProviderKeys.id, { onDelete: 'cascade' }),
    assignedAt: integer('assigned_at').notNull(),
  },
  (t) => [
    unique().on(t.projectId, t.providerKeyId),
    index('idx_project_provider_key_assignments_key').on(t.providerKeyId),
    lengthBetween(t.projectId, 1, 500),
    ...inMilliseconds(t.assignedAt),
    withoutNul(t.projectId),
  ],
);

export type ProjectProviderKeyAssignment = typeof projectProviderKeyAssignments.$inferSelect;
export type NewProjectProviderKeyAssignment = typeof projectProviderKeyAssignments.$inferInsert;
