import type Database from 'better-sqlite3';
import { isGuardTable } from '../migrations/guard-table.ts';
import { TABLES } from '../schema/tables.ts';
import { compareStructures, type StructureDifference } from '../structure/compare-structures.ts';
import type { DatabaseStructure, TableStructure } from '../structure/database-structure.ts';
import { readTypedTable } from './read-typed-table.ts';
import { omitTables, readStructure } from '../structure/read-structure.ts';

/** In what a database differs from the typed schema, as far as {@link typedStructure} describes it. */
export function compareWithTypedSchema(connection: Database.Database): StructureDifference[] {
  return compareStructures(typedStructure(), withoutUntyped(readStructure(connection)));
}

/**
 * The structure that the typed schema describes. Drizzle does not know STRICT, WITHOUT ROWID, collations of columns,
 * triggers, views, generated values by their text, and clauses such as AUTOINCREMENT; it names every CHECK, where a
 * column's own has no name. None of these is in it.
 */
export function typedStructure(): DatabaseStructure {
  return withoutUntyped({ tables: TABLES.map(readTypedTable), views: [] });
}

/** A structure without what the typed schema cannot say, and without the guards, which are the migrations' own. */
function withoutUntyped(structure: DatabaseStructure): DatabaseStructure {
  return { tables: omitTables(structure, isGuardTable).tables.map(reduceTable), views: [] };
}

function reduceTable(table: TableStructure): TableStructure {
  return {
    ...table,
    strict: false,
    withoutRowid: false,
    columns: table.columns.map((column) => ({ ...column, collation: 'BINARY', generated: null })),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((column) => ({ ...column, collation: 'BINARY' })),
    })),
    checks: table.checks.map(({ expression }) => ({ name: null, expression })),
    triggers: [],
    clauses: [],
  };
}
