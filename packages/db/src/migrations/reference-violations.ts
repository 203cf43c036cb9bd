import type Database from 'better-sqlite3';

interface ViolationRow {
  readonly table: string;
  readonly rowid: number | null;
  readonly parent: string;
}

/** Rows that refer to a row that does not exist, one sentence each, at most `limit` of them. */
export function referenceViolations(connection: Database.Database, limit = 10_000): Set<string> {
  const violations = new Set<string>();
  const rows = connection.prepare<[], ViolationRow>('PRAGMA foreign_key_check').iterate();
  for (const { table, rowid, parent } of rows) {
    violations.add(`row ${rowid ?? '?'} of ${table} refers to a row of ${parent} that does not exist`);
    if (violations.size >= limit) break;
  }
  return violations;
}
