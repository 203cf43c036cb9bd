import type Database from 'better-sqlite3';
import type { DatabaseStructure, TableStructure, TriggerStructure, ViewStructure } from './database-structure.ts';
import { inOrder } from './in-order.ts';
import { readColumns } from './read-columns.ts';
import { readForeignKeys } from './read-foreign-keys.ts';
import { readIndexes } from './read-indexes.ts';
import { readTableDefinition } from './sql-definitions.ts';
import { normalSql } from './sql-tokens.ts';

export type { DatabaseStructure } from './database-structure.ts';

/**
 * Reads what a database is made of, in one snapshot. SQLite's own tables are left out; Iron's internal ones and the
 * guards of migrations are there, see {@link omitTables}.
 */
export function readStructure(connection: Database.Database): DatabaseStructure {
  return connection.transaction(() => ({ tables: readTables(connection), views: readViews(connection) }))();
}

/** A structure without the tables whose name `isOmitted` accepts. */
export function omitTables(structure: DatabaseStructure, isOmitted: (name: string) => boolean): DatabaseStructure {
  return { ...structure, tables: structure.tables.filter(({ name }) => !isOmitted(name)) };
}

/** A row of `sqlite_schema`. */
interface SchemaEntry {
  readonly name: string;
  readonly sql: string;
}

function readEntries(connection: Database.Database, type: 'table' | 'view'): SchemaEntry[] {
  return connection
    .prepare<[string], SchemaEntry>(
      `SELECT name, sql FROM main.sqlite_schema WHERE type = ? AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`,
    )
    .all(type);
}

function readTables(connection: Database.Database): TableStructure[] {
  const options = connection.prepare<[string], { strict: number; withoutRowid: number }>(
    `SELECT strict, wr AS withoutRowid FROM pragma_table_list(?) WHERE schema = 'main'`,
  );
  return readEntries(connection, 'table').map(({ name, sql }) => {
    const definition = readTableDefinition(sql);
    const { strict, withoutRowid } = options.get(name) ?? { strict: 0, withoutRowid: 0 };
    return {
      name,
      strict: strict === 1,
      withoutRowid: withoutRowid === 1,
      columns: readColumns(connection, name, definition),
      foreignKeys: readForeignKeys(connection, name),
      indexes: readIndexes(connection, name),
      checks: inOrder(definition.checks),
      triggers: readTriggers(connection, name),
      clauses: definition.clauses.toSorted(),
    };
  });
}

function readTriggers(connection: Database.Database, owner: string): TriggerStructure[] {
  return connection
    .prepare<[string], SchemaEntry>(
      `SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY name`,
    )
    .all(owner)
    .map(({ name, sql }) => ({ name, sql: normalSql(sql) }));
}

function readViews(connection: Database.Database): ViewStructure[] {
  return readEntries(connection, 'view').map(({ name, sql }) => ({
    name,
    sql: normalSql(sql),
    triggers: readTriggers(connection, name),
  }));
}
