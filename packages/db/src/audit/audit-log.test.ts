import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { appendToAuditLog } from './audit-log.ts';
import { AT, auditedDatabase, type Log } from './audited-database.fixture.ts';
import { appendToUserAuditLog } from './user-audit-log.ts';
import { verifyAudit } from './verify-audit.ts';

const START = '0'.repeat(64);

/** The rows as they are, each column in its order: the id first, the hash of the row before and its own hash last. */
function rowsOf({ connection }: SqliteDatabase, log: Log) {
  return connection.prepare<[], (string | number | null)[]>(`SELECT * FROM ${log} ORDER BY id`).raw().all();
}

/** The hash that the documentation promises. */
function promisedHash(row: readonly (string | number | null)[]): string {
  const [id, ...values] = row.slice(0, -2);
  return createHash('sha256')
    .update(JSON.stringify([id, row.at(-2), ...values]))
    .digest('hex');
}

test('a row of the audit log says what was changed, by whom and from where', async () => {
  const database = await auditedDatabase(0);
  const actor = { userId: 'ada', ipAddress: '10.0.0.1', userAgent: 'curl/8' };
  const about = { entityType: 'limit', entityId: 7, action: 'update', changes: { max: [1, null] }, at: AT };
  await database.write((tx) => appendToAuditLog(tx, { ...about, actor }));
  await database.write((tx) => appendToAuditLog(tx, { entityType: 'agent', entityId: 'a', action: 'delete', at: AT }));
  expect(rowsOf(database, 'audit_log').map((row) => row.slice(0, -2))).toEqual([
    [1, 'limit', '7', 'update', 'ada', '{"max":[1,null]}', AT, '10.0.0.1', 'curl/8'],
    [2, 'agent', 'a', 'delete', null, null, AT, null, null],
  ]);
});

test('a row of the log of accounts says what was done to whom, by whom and why', async () => {
  const database = await auditedDatabase(0);
  const before = { role: 'user' };
  const change = { operation: 'role_change', targetUserId: 'bob', performedBy: 'ada', previousState: before } as const;
  await database.write((tx) =>
    appendToUserAuditLog(tx, { ...change, newState: { role: 'admin' }, reason: 'on call', at: AT }),
  );
  expect(rowsOf(database, 'user_audit_log').map((row) => row.slice(0, -2))).toEqual([
    [1, 'role_change', 'bob', 'ada', AT, '{"role":"user"}', '{"role":"admin"}', 'on call'],
  ]);
});

describe.each(['audit_log', 'user_audit_log'] as const)('%s', (log) => {
  test('carries in each row the hash of the one before, and its own as it is written down', async () => {
    const rows = rowsOf(await auditedDatabase(5), log);
    expect(rows.map((row) => row.at(-2))).toEqual([START, ...rows.slice(0, -1).map((row) => row.at(-1))]);
    expect(rows.map((row) => row.at(-1))).toEqual(rows.map(promisedHash));
  });

  test('has no row of a change that was taken back', async () => {
    const database = await auditedDatabase(2);
    const before = rowsOf(database, log);
    const undone = database.write(function* (tx) {
      yield* appendToAuditLog(tx, { entityType: 'token', entityId: 9, action: 'create', at: AT });
      yield* appendToUserAuditLog(tx, { operation: 'create', targetUserId: 'eve', performedBy: 'root', at: AT });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(rowsOf(database, log)).toEqual(before);
  });

  test('goes on as one chain through the changes of one turn', async () => {
    const database = await auditedDatabase(0);
    const change = (number: number) =>
      database.write(function* (tx) {
        yield* appendToAuditLog(tx, { entityType: 'token', entityId: number, action: 'create', at: AT });
        yield* appendToUserAuditLog(tx, {
          operation: 'create',
          targetUserId: String(number),
          performedBy: 'root',
          at: AT,
        });
        if (number === 2) throw new Error('no');
      });
    await Promise.allSettled([1, 2, 3].map(change));
    const verified = (await verifyAudit(database.reader)).find((verification) => verification.log === log);
    expect(verified).toMatchObject({ rows: 2, broken: null });
  });
});
