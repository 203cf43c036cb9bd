import type Database from 'better-sqlite3';
import type { ForeignKeyStructure } from './database-structure.ts';
import { inOrder } from './in-order.ts';

interface ForeignKeyRow {
  readonly id: number;
  readonly table: string;
  readonly from: string;
  /** `null`: the primary key of the table. */
  readonly to: string | null;
  readonly onUpdate: string;
  readonly onDelete: string;
}

/** The foreign keys of a table. One that names no columns of the other table means its primary key. */
export function readForeignKeys(connection: Database.Database, table: string): ForeignKeyStructure[] {
  const rows = connection
    .prepare<[string], ForeignKeyRow>(
      `SELECT id, "table", "from", "to", on_update AS onUpdate, on_delete AS onDelete
       FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq`,
    )
    .all(table);
  const keys = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((parts) => {
    const [first] = parts;
    if (!first) return [];
    const primaryKey = readPrimaryKey(connection, first.table);
    return {
      columns: parts.map(({ from }) => from),
      table: first.table,
      references: parts.map(({ to }, index) => to ?? primaryKey[index] ?? ''),
      onUpdate: first.onUpdate,
      onDelete: first.onDelete,
    };
  });
  return inOrder(keys);
}

function readPrimaryKey(connection: Database.Database, table: string): string[] {
  return connection
    .prepare<[string], string>(`SELECT name FROM pragma_table_xinfo(?, 'main') WHERE pk > 0 ORDER BY pk`)
    .pluck()
    .all(table);
}
