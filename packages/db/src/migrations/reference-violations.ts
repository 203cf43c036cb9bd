import type Database from 'better-sqlite3';
import { tableNames } from './row-census.ts';

interface ViolationRow {
  readonly rowid: number | null;
  readonly parent: string;
}

/**
 * References that lead nowhere, one sentence each, at most `limit` of them: rows that refer to a row that does not
 * exist, and tables that refer to a table that does not, which SQLite minds only when somebody writes to them.
 */
export function referenceViolations(connection: Database.Database, limit = 10_000): Set<string> {
  const violations = new Set(danglingTables(connection));
  const check = connection.prepare<[string], ViolationRow>('SELECT rowid, parent FROM pragma_foreign_key_check(?)');
  for (const table of tableNames(connection)) {
    try {
      for (const { rowid, parent } of check.iterate(table)) {
        if (violations.size >= limit) return violations;
        violations.add(`row ${rowid ?? '?'} of ${table} refers to a row of ${parent} that does not exist`);
      }
    } catch (error) {
      if (!isMismatch(error)) throw error;
      violations.add(error.message); // it names both tables
    }
  }
  return violations;
}

function danglingTables(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>(
      `SELECT DISTINCT 'table ' || child.name || ' refers to table ' || reference."table" || ', which does not exist'
       FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS reference
       WHERE child.type = 'table' AND NOT EXISTS (
         SELECT 1 FROM sqlite_schema AS parent WHERE parent.type = 'table' AND lower(parent.name) = lower(reference."table")
       )`,
    )
    .pluck()
    .all();
}

/** What is referred to is not a key. */
function isMismatch(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('foreign key mismatch');
}
