import { z } from 'zod';
import { SCHEMA } from '../iron-schema.ts';
import { quoteName } from '../../structure/quote-name.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import {
  CHECKS_SQL,
  COLUMNS_SQL,
  FOREIGN_KEYS_SQL,
  FUNCTIONS_SQL,
  INDEXES_SQL,
  POLICIES_SQL,
  RULES_SQL,
  TABLES_SQL,
  TRIGGERS_SQL,
  VIEWS_SQL,
} from './catalog-queries.ts';
import {
  checkSchema,
  columnSchema,
  foreignKeySchema,
  functionSchema,
  indexSchema,
  type PostgresStructure,
  policySchema,
  ruleSchema,
  tableSchema,
  triggerSchema,
  viewSchema,
} from './postgres-structure.ts';

/** A name of the schema before that of a thing in it, as PostgreSQL writes it where the search path does not lead there. */
type Unqualify = (text: string) => string;

/**
 * Reads what a schema is made of. Of changes that are made meanwhile it may see a part, unless `query` runs in one
 * transaction of repeatable reads.
 */
export async function readPostgresStructure(query: PostgresQuery, schema: string = SCHEMA): Promise<PostgresStructure> {
  const read = async <T>(sql: string, row: z.ZodType<T>): Promise<T[]> =>
    z.array(row).parse(await query(sql, [schema]));
  const unqualified = unqualify(schema);
  return {
    tables: await read(TABLES_SQL, tableSchema),
    columns: withTexts(await read(COLUMNS_SQL, columnSchema), ['default', 'type'], unqualified),
    checks: withTexts(await read(CHECKS_SQL, checkSchema), ['expression'], unqualified),
    foreignKeys: await read(FOREIGN_KEYS_SQL, foreignKeySchema),
    indexes: (await read(INDEXES_SQL, indexSchema)).map((index) => ({
      ...index,
      keys: index.keys.map(unqualified),
      where: index.where === null ? null : unqualified(index.where),
    })),
    triggers: withTexts(await read(TRIGGERS_SQL, triggerSchema), ['definition'], unqualified),
    rules: withTexts(await read(RULES_SQL, ruleSchema), ['definition'], unqualified),
    policies: withTexts(await read(POLICIES_SQL, policySchema), ['using', 'check'], unqualified),
    functions: withTexts(await read(FUNCTIONS_SQL, functionSchema), ['arguments', 'returns'], unqualified),
    views: withTexts(await read(VIEWS_SQL, viewSchema), ['definition'], unqualified),
  };
}

/** The structure without the tables whose name `isOmitted` accepts, and without what hangs on them. */
export function omitPostgresTables(
  structure: PostgresStructure,
  isOmitted: (name: string) => boolean,
): PostgresStructure {
  const isKept = ({ table }: { readonly table: string }) => !isOmitted(table);
  return {
    ...structure,
    tables: structure.tables.filter(({ name }) => !isOmitted(name)),
    columns: structure.columns.filter(isKept),
    checks: structure.checks.filter(isKept),
    foreignKeys: structure.foreignKeys.filter(isKept),
    indexes: structure.indexes.filter(isKept),
    triggers: structure.triggers.filter(isKept),
    rules: structure.rules.filter(isKept),
    policies: structure.policies.filter(isKept),
  };
}

function unqualify(schema: string): Unqualify {
  const isBare = /^[a-z_][a-z0-9_]*$/.test(schema);
  const written = [isBare ? schema : '', quoteName(schema)].filter((name) => name !== '');
  const pattern = written.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('|');
  const qualifier = new RegExp(String.raw`(?<![\w$".])(?:${pattern})\.`, 'g');
  return (text) => text.replaceAll(qualifier, '');
}

function withTexts<T extends object>(rows: readonly T[], fields: readonly (keyof T)[], change: Unqualify): T[] {
  return rows.map((row) => {
    const copy = { ...row };
    for (const field of fields) replaceText(copy, field, change);
    return copy;
  });
}

function replaceText<T extends object>(row: T, field: keyof T, change: Unqualify): void {
  const value = row[field];
  if (typeof value === 'string') Object.assign(row, { [field]: change(value) });
}
