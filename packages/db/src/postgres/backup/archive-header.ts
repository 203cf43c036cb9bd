import { z } from 'zod';
import {
  checkSchema,
  columnSchema,
  foreignKeySchema,
  functionSchema,
  indexSchema,
  policySchema,
  ruleSchema,
  tableSchema,
  triggerSchema,
  viewSchema,
} from '../structure/postgres-structure.ts';

/** A migration that the database had, as its guard says it. */
const migrationSchema = z.strictObject({
  number: z.int(),
  checksum: z.string().nullable(),
  appliedAt: z.int().nullable(),
});

/** What a table held; the digest is the same for the same rows, whatever their order. */
const tableContentSchema = z.strictObject({
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.int().nonnegative(),
  digest: z.string(),
});
export type TableContent = z.infer<typeof tableContentSchema>;

/** The first frame of an archive: all but the rows. An archive needs nothing beside it, and no migration files. */
export const archiveHeaderSchema = z.strictObject({
  format: z.literal('iron-postgres-backup'),
  version: z.literal(1),
  /** The database, as manifests name it, and the version of its server. */
  database: z.string(),
  server: z.string(),
  reason: z.string(),
  madeAt: z.int(),
  migrations: z.array(migrationSchema),
  /** The statements that make the tables, and those that are for when the rows are in them. */
  definition: z.strictObject({ before: z.array(z.string()), after: z.array(z.string()) }),
  structure: z.strictObject({
    tables: z.array(tableSchema).readonly(),
    columns: z.array(columnSchema).readonly(),
    checks: z.array(checkSchema).readonly(),
    foreignKeys: z.array(foreignKeySchema).readonly(),
    indexes: z.array(indexSchema).readonly(),
    triggers: z.array(triggerSchema).readonly(),
    // Archives that were made earlier have neither.
    rules: z.array(ruleSchema).readonly().default([]),
    policies: z.array(policySchema).readonly().default([]),
    functions: z.array(functionSchema).readonly(),
    views: z.array(viewSchema).readonly(),
  }),
  tables: z.array(tableContentSchema),
  /** What an identity gives next; a 64-bit integer as text. */
  identities: z.array(z.strictObject({ table: z.string(), column: z.string(), next: z.string() })),
});
export type ArchiveHeader = z.infer<typeof archiveHeaderSchema>;
