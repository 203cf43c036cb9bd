import type Database from 'better-sqlite3';
import type { ColumnStructure } from './database-structure.ts';
import type { TableDefinition } from './sql-definitions.ts';
import { normalSql, spellName } from './sql-tokens.ts';

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly required: number;
  readonly default: string | null;
  readonly primaryKey: number;
  /** 2 and 3: generated, on reading and on writing. */
  readonly hidden: number;
}

/** The columns of a table, in their order; `definition` tells what the pragmas do not. */
export function readColumns(
  connection: Database.Database,
  table: string,
  definition: TableDefinition,
): ColumnStructure[] {
  const rows = connection
    .prepare<[string], ColumnRow>(
      `SELECT name, type, "notnull" AS required, dflt_value AS "default", pk AS primaryKey, hidden
       FROM pragma_table_xinfo(?, 'main') ORDER BY cid`,
    )
    .all(table);
  const keyLength = rows.filter(({ primaryKey }) => primaryKey > 0).length;
  return rows.map((row) => {
    const type = row.type.toUpperCase();
    // The row's number under another name: never NULL, whether it says so or not.
    const isRowid = keyLength === 1 && row.primaryKey === 1 && type === 'INTEGER';
    const spelled = spellName(row.name);
    const generated = definition.generated.get(spelled);
    return {
      name: row.name,
      type,
      nullable: row.required === 0 && !isRowid,
      default: row.default === null ? null : normalSql(row.default),
      primaryKey: row.primaryKey,
      collation: (definition.collations.get(spelled) ?? 'BINARY').toUpperCase(),
      generated: generated === undefined ? null : `${generated} ${row.hidden === 3 ? 'stored' : 'virtual'}`,
    };
  });
}
