import { onTestFinished } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { migratedMemory } from '../seed/migrated-memory.fixture.ts';
import { appendToAuditLog } from './audit-log.ts';
import { appendToUserAuditLog } from './user-audit-log.ts';

export type Log = 'audit_log' | 'user_audit_log';

export const AT = 1_772_366_400_000;

/** A migrated database in memory with so many rows in each of its logs. Closed at the end of the test. */
export async function auditedDatabase(rows: number): Promise<SqliteDatabase> {
  const database = await migratedMemory();
  onTestFinished(() => database.close());
  await database.write(function* (tx) {
    for (let number = 1; number <= rows; number += 1) {
      const at = AT + number;
      yield* appendToAuditLog(tx, { entityType: 'token', entityId: number, action: 'create', changes: { number }, at });
      yield* appendToUserAuditLog(tx, { operation: 'create', targetUserId: `user ${number}`, performedBy: 'root', at });
    }
  });
  return database;
}

/** What somebody does who can write to the file and wants nobody to see it. */
export function tamper({ connection }: SqliteDatabase, log: Log, sql: string): void {
  const triggers = connection.prepare<[string], string>(
    "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?",
  );
  for (const trigger of triggers.pluck().all(log)) connection.exec(`DROP TRIGGER ${trigger}`);
  connection.exec(sql);
}
