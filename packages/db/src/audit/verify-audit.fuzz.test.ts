import { cases, FUZZ_TIMEOUT_MS, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { appendToAuditLog } from './audit-log.ts';
import { AT, auditedDatabase, tamper } from './audited-database.fixture.ts';
import { verifyAudit } from './verify-audit.ts';

const TEXTS = [
  'entity_type',
  'entity_id',
  'action',
  'actor_user_id',
  'changes',
  'ip_address',
  'user_agent',
  'previous_hash',
  'hash',
];

/** What services take: Unicode without NUL. */
const text = oddText.map((odd) => `x${odd.toWellFormed().replaceAll('\0', '')}`);
const change = fc.record({
  entityType: text,
  entityId: text,
  action: text,
  actor: fc.record({ userId: text, ipAddress: text, userAgent: text }, { requiredKeys: [] }),
  changes: fc.dictionary(oddText, fc.jsonValue(), { maxKeys: 3 }),
  at: fc.nat().map((ms) => AT + ms),
});

async function brokenRow({ reader }: SqliteDatabase): Promise<number | null> {
  const [verification] = await verifyAudit(reader);
  return verification?.broken?.id ?? null;
}

describe('rows of an audit log with any values', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('fit each other, and no longer once one byte of one of them is another', async () => {
    const database = await auditedDatabase(0);
    tamper(database, 'audit_log', 'PRAGMA ignore_check_constraints = ON');
    const { connection } = database;
    const read = (column: string) =>
      connection.prepare<[number], Buffer | null>(`SELECT CAST(${column} AS BLOB) FROM audit_log WHERE id = ?`).pluck();
    const write = (column: string) =>
      connection.prepare(`UPDATE audit_log SET ${column} = CAST(? AS TEXT) WHERE id = ?`);
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...TEXTS),
      fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })),
      async (changes, column, [which, place, mask]) => {
        connection.exec('DELETE FROM audit_log');
        for (const one of changes) await database.write((tx) => appendToAuditLog(tx, one));
        expect(await brokenRow(database)).toBeNull();

        const id = (which % changes.length) + 1;
        const bytes = read(column).get(id);
        fc.pre(Buffer.isBuffer(bytes) && bytes.length > 0);
        const altered = Buffer.from(bytes ?? '');
        altered[place % altered.length] = (altered[place % altered.length] ?? 0) ^ mask;
        write(column).run(altered, id);
        expect(await brokenRow(database)).toBe(id);
      },
    );
    await fc.assert(property, cases(500));
  });
});
