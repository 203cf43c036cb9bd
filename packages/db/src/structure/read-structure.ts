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
  /** In lower case as SQLite has it: of the letters of ASCII only. */
  readonly folded: string;
  readonly sql: string;
}

function readEntries(connection: Database.Database, type: 'table' | 'view'): SchemaEntry[] {
  return connection
    .prepare<[string], SchemaEntry>(
      `SELECT name, lower(name) AS folded, sql FROM main.sqlite_schema WHERE type = ? AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`,
    )
    .all(type);
}

/**
 * Tables that were read before, by the text of all that SQLite knows of them: what they are made of follows from it.
 * Migrating a database reads each table dozens of times.
 */
const knownTables = new Map<string, TableStructure>();
const MOST_KNOWN_TABLES = 1_000;

function readTables(connection: Database.Database): TableStructure[] {
  const sources = new Map(readSources(connection));
  return readEntries(connection, 'table').map((entry) => {
    const source = sources.get(entry.folded) ?? entry.sql;
    const known = knownTables.get(source);
    if (known) return known;
    const table = readTable(connection, entry);
    if (knownTables.size >= MOST_KNOWN_TABLES) knownTables.clear();
    knownTables.set(source, table);
    return table;
  });
}

/** Of each table its name in lower case, and the text of it, its indexes and its triggers. */
function readSources(connection: Database.Database): [string, string][] {
  return connection
    .prepare<[], [string, string]>(
      `SELECT lower(tbl_name), json_group_array(json_array(type, name, sql) ORDER BY type, name)
       FROM main.sqlite_schema GROUP BY 1`,
    )
    .raw()
    .all();
}

function readTable(connection: Database.Database, { name, sql }: SchemaEntry): TableStructure {
  const definition = readTableDefinition(sql);
  const options = connection
    .prepare<[string], { strict: number; withoutRowid: number }>(
      `SELECT strict, wr AS withoutRowid FROM pragma_table_list(?) WHERE schema = 'main'`,
    )
    .get(name);
  return {
    name,
    strict: options?.strict === 1,
    withoutRowid: options?.withoutRowid === 1,
    columns: readColumns(connection, name, definition),
    foreignKeys: readForeignKeys(connection, name),
    indexes: readIndexes(connection, name),
    checks: inOrder(definition.checks),
    triggers: readTriggers(connection, name),
    clauses: definition.clauses.toSorted(),
  };
}

function readTriggers(connection: Database.Database, owner: string): TriggerStructure[] {
  return connection
    .prepare<[string], TriggerStructure>(
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
