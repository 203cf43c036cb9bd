import { z } from 'zod';

const names = z.array(z.string());

/** A table: `kind` is that of `pg_class`, `persistence` is `p` unless its rows are lost in a crash. */
export const tableSchema = z.object({
  name: z.string(),
  kind: z.string(),
  persistence: z.string(),
  rowSecurity: z.boolean(),
  forcedRowSecurity: z.boolean().default(false),
});

/** A column. `identity` is `d` for BY DEFAULT, `a` for ALWAYS, empty for none; `collation` is null where none applies. */
export const columnSchema = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  default: z.string().nullable(),
  identity: z.string(),
  generated: z.string(),
  collation: z.string().nullable(),
});

/** A CHECK. `enforced` is false while rows are not known to pass it, or new ones are not held to it. */
export const checkSchema = z.object({
  table: z.string(),
  name: z.string(),
  expression: z.string(),
  enforced: z.boolean(),
});

/** A foreign key. It is `switchedOff` while somebody has disabled the triggers that it works by. */
export const foreignKeySchema = z.object({
  table: z.string(),
  name: z.string(),
  columns: names,
  references: z.string(),
  referenced: names,
  onUpdate: z.string(),
  onDelete: z.string(),
  match: z.string(),
  deferrable: z.boolean(),
  deferred: z.boolean(),
  enforced: z.boolean(),
  switchedOff: z.boolean().default(false),
});

/** An index, of a constraint or by itself. `options` has for each key its collation, order and operator class. */
export const indexSchema = z.object({
  table: z.string(),
  name: z.string(),
  origin: z.enum(['index', 'unique', 'primary key']),
  method: z.string(),
  unique: z.boolean(),
  nullsDistinct: z.boolean(),
  valid: z.boolean(),
  keys: names,
  options: names,
  included: names,
  where: z.string().nullable(),
});

/** A trigger that somebody wrote. `enabled` is `O` unless it was switched off. */
export const triggerSchema = z.object({
  table: z.string(),
  name: z.string(),
  definition: z.string(),
  function: z.string(),
  enabled: z.string(),
});

/** A rewrite rule, which makes another statement of one on the table. `enabled` is as that of a trigger. */
export const ruleSchema = z.object({
  table: z.string(),
  name: z.string(),
  definition: z.string(),
  enabled: z.string(),
});

/** Whom row security lets see and write which rows. `command` is that of `pg_policy`, `*` for all. */
export const policySchema = z.object({
  table: z.string(),
  name: z.string(),
  permissive: z.boolean(),
  command: z.string(),
  roles: names,
  using: z.string().nullable(),
  check: z.string().nullable(),
});

export const functionSchema = z.object({
  name: z.string(),
  arguments: z.string(),
  returns: z.string(),
  language: z.string(),
  volatility: z.string(),
  securityDefiner: z.boolean(),
  settings: names,
  body: z.string(),
});

export const viewSchema = z.object({ name: z.string(), kind: z.string(), definition: z.string() });

/**
 * What a schema is made of, read from the catalog. Plain data in a fixed order that names no schema: two schemas with the
 * same structure give equal objects. Storage parameters such as `fillfactor`, owners and privileges are no part of it.
 */
export interface PostgresStructure {
  readonly tables: readonly z.infer<typeof tableSchema>[];
  /** By table, in the table's order. */
  readonly columns: readonly z.infer<typeof columnSchema>[];
  readonly checks: readonly z.infer<typeof checkSchema>[];
  readonly foreignKeys: readonly z.infer<typeof foreignKeySchema>[];
  readonly indexes: readonly z.infer<typeof indexSchema>[];
  readonly triggers: readonly z.infer<typeof triggerSchema>[];
  readonly rules: readonly z.infer<typeof ruleSchema>[];
  readonly policies: readonly z.infer<typeof policySchema>[];
  readonly functions: readonly z.infer<typeof functionSchema>[];
  readonly views: readonly z.infer<typeof viewSchema>[];
}
