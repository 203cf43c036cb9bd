import type Database from 'better-sqlite3';
import { tableNames } from '../structure/count-rows.ts';

/** References that lead nowhere, from one table to another. */
export interface ReferenceViolation {
  /** How many rows have one. */
  readonly rows: number;
  /** A sentence. */
  readonly message: string;
}

/**
 * References that lead nowhere, by the pair of tables: rows that refer to a row that does not exist, and tables that
 * refer to a table that does not, which SQLite minds only when somebody writes to them.
 */
export function referenceViolations(connection: Database.Database): Map<string, ReferenceViolation> {
  const violations = new Map(danglingTables(connection).map((message) => [message, { rows: 1, message }]));
  const check = connection.prepare<[string], { parent: string; rows: number; first: number | null }>(
    'SELECT parent, count(*) AS rows, min(rowid) AS first FROM pragma_foreign_key_check(?) GROUP BY parent',
  );
  for (const table of tableNames(connection)) {
    try {
      for (const { parent, rows, first } of check.all(table)) {
        const which = first === null ? '' : `, the first in row ${first}`;
        const message = `references from ${table} to ${parent} that lead nowhere: ${rows}${which}`;
        violations.set(`${table} ${parent}`, { rows, message });
      }
    } catch (error) {
      if (!isMismatch(error)) throw error;
      violations.set(error.message, { rows: 1, message: error.message }); // it names both tables
    }
  }
  return violations;
}

/** What `after` has more of than `before`, as sentences. */
export function newViolations(
  before: ReadonlyMap<string, ReferenceViolation>,
  after: ReadonlyMap<string, ReferenceViolation>,
): string[] {
  return [...after].filter(([key, { rows }]) => rows > (before.get(key)?.rows ?? 0)).map(([, { message }]) => message);
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
