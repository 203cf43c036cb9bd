import type Database from 'better-sqlite3';
import type { IndexedColumn, IndexStructure } from './database-structure.ts';
import { inOrder } from './in-order.ts';
import { readIndexDefinition } from './sql-definitions.ts';

interface IndexRow {
  readonly name: string;
  readonly unique: number;
  readonly origin: 'c' | 'u' | 'pk';
  readonly sql: string | null;
}

const INDEX_ORIGINS = { c: 'index', u: 'unique', pk: 'primary key' } as const;

/** The indexes of a table, those of its UNIQUE and PRIMARY KEY included. */
export function readIndexes(connection: Database.Database, table: string): IndexStructure[] {
  const rows = connection
    .prepare<[string], IndexRow>(
      `SELECT list.name, "unique", origin, sql FROM pragma_index_list(?, 'main') AS list
       LEFT JOIN main.sqlite_schema AS entry ON entry.type = 'index' AND entry.name = list.name`,
    )
    .all(table);
  const indexes = rows.map(({ name, unique, origin, sql }) => {
    const definition = sql === null ? undefined : readIndexDefinition(sql);
    return {
      name: origin === 'c' ? name : null,
      origin: INDEX_ORIGINS[origin],
      unique: unique === 1,
      columns: readIndexedColumns(connection, name, definition?.terms ?? []),
      where: definition?.where ?? null,
    };
  });
  return inOrder(indexes);
}

function readIndexedColumns(connection: Database.Database, index: string, terms: readonly string[]): IndexedColumn[] {
  return connection
    .prepare<[string], { name: string | null; collation: string; descending: number }>(
      `SELECT name, coll AS collation, "desc" AS descending
       FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno`,
    )
    .all(index)
    .map(({ name, collation, descending }, position) => ({
      expression: name ?? terms[position] ?? '',
      collation: collation.toUpperCase(),
      descending: descending === 1,
    }));
}
