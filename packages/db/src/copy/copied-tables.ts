import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableConfig } from '../drizzle.ts';
import { databaseIdentity } from '../schema/database-identity.ts';
import { TABLES } from '../schema/tables.ts';

/** A column, and how its values are written; every engine has these three kinds alone. */
export interface CopiedColumn {
  readonly name: string;
  readonly kind: 'integer' | 'text' | 'blob';
}

/** A table whose rows are copied. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly CopiedColumn[];
  /** Its primary key, in the key's order. */
  readonly key: readonly CopiedColumn[];
}

/** Every table but guards, which each engine has of its own migrations, and `_iron`, which comes last of all. */
export const COPIED_TABLES: readonly CopiedTable[] = TABLES.filter((table) => table !== databaseIdentity).map(describe);

function describe(table: SQLiteTable): CopiedTable {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const described = columns.map((column): CopiedColumn => ({ name: column.name, kind: kindOf(column.getSQLType()) }));
  const keyNames =
    primaryKeys[0]?.columns.map((column) => column.name) ??
    columns.filter(({ primary }) => primary).map((column) => column.name);
  const key = keyNames.flatMap((wanted) => described.filter((column) => column.name === wanted));
  return { name, columns: described, key };
}

function kindOf(type: string): CopiedColumn['kind'] {
  if (type === 'integer' || type === 'text' || type === 'blob') return type;
  throw new TypeError(`A column of the type ${type} cannot be copied.`);
}
