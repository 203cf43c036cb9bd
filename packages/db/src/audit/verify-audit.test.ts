import { describe, expect, test } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { appendToAuditLog } from './audit-log.ts';
import { AT, auditedDatabase, type Log, tamper } from './audited-database.fixture.ts';
import { verifyAudit } from './verify-audit.ts';

const LOGS = ['audit_log', 'user_audit_log'] as const;
const CHANGED = 'its content is not what its hash was made of';
const UNLINKED = 'it does not carry the hash of the row before it';

const COLUMNS = {
  audit_log: {
    entity_type: "'limit'",
    entity_id: "'99'",
    action: "'delete'",
    actor_user_id: "'eve'",
    changes: `'{"number":4}'`,
    logged_at: '1772366400009',
    ip_address: "'10.0.0.9'",
    user_agent: "'curl'",
  },
  user_audit_log: {
    operation: "'delete'",
    target_user_id: "'eve'",
    performed_by: "'eve'",
    timestamp: '1772366400009',
    previous_state: "'{}'",
    new_state: "'{}'",
    reason: "'because'",
  },
} as const;

async function verify({ reader }: SqliteDatabase, log: Log) {
  return (await verifyAudit(reader)).find((verification) => verification.log === log);
}

function hashOf({ connection }: SqliteDatabase, log: Log, id: number): unknown {
  return connection.prepare(`SELECT hash FROM ${log} WHERE id = ?`).pluck().get(id);
}

test('logs without a row are whole', async () => {
  const database = await auditedDatabase(0);
  const whole = { rows: 0, lastHash: '0'.repeat(64), broken: null };
  expect(await verifyAudit(database.reader)).toEqual(LOGS.map((log) => ({ log, ...whole })));
});

test('others can write meanwhile, and what they append is verified, too', async () => {
  const database = await auditedDatabase(600);
  const verifying = verify(database, 'audit_log');
  const written = database.write(function* (tx) {
    yield* appendToAuditLog(tx, { entityType: 'token', entityId: 9, action: 'create', at: AT + 2_000 });
    return 'written';
  });
  expect(await Promise.race([verifying, written])).toBe('written');
  expect(await verifying).toMatchObject({ rows: 601, broken: null });
});

test('each of the two logs is verified by itself', async () => {
  const database = await auditedDatabase(3);
  tamper(database, 'audit_log', 'DELETE FROM audit_log WHERE id = 1');
  expect((await verify(database, 'audit_log'))?.broken).not.toBeNull();
  expect((await verify(database, 'user_audit_log'))?.broken).toBeNull();
});

describe.each(LOGS)('%s', (log) => {
  test('is whole as Iron writes it', async () => {
    const database = await auditedDatabase(5);
    expect(await verify(database, log)).toEqual({ log, rows: 5, lastHash: hashOf(database, log, 5), broken: null });
  });

  test.each(Object.entries(COLUMNS[log]))('names the first row in which %s was changed', async (column, value) => {
    const database = await auditedDatabase(5);
    tamper(database, log, `UPDATE ${log} SET ${column} = ${value} WHERE id IN (3, 4)`);
    const lastHash = hashOf(database, log, 2);
    expect(await verify(database, log)).toEqual({ log, rows: 2, lastHash, broken: { id: 3, problem: CHANGED } });
  });

  test('names the row after one whose hash was made anew to fit its change', async () => {
    const database = await auditedDatabase(5);
    tamper(database, log, `UPDATE ${log} SET hash = '${'a'.repeat(64)}' WHERE id = 3`);
    expect((await verify(database, log))?.broken).toEqual({ id: 3, problem: CHANGED });
    tamper(database, log, `UPDATE ${log} SET previous_hash = '${'a'.repeat(64)}' WHERE id = 2`);
    expect((await verify(database, log))?.broken).toEqual({ id: 2, problem: UNLINKED });
  });

  test('names a row in which an infinite number stands where there was nothing', async () => {
    const database = await auditedDatabase(2);
    const columns = Object.keys(COLUMNS[log]).join(', ');
    const empty = log === 'audit_log' ? 'ip_address' : 'reason';
    tamper(
      database,
      log,
      `CREATE TABLE loose (id INTEGER PRIMARY KEY, ${columns}, previous_hash, hash);
       INSERT INTO loose SELECT id, ${columns}, previous_hash, hash FROM ${log};
       DROP TABLE ${log}; ALTER TABLE loose RENAME TO ${log};
       UPDATE ${log} SET ${empty} = 9e999 WHERE id = 2`,
    );
    expect((await verify(database, log))?.broken).toEqual({ id: 2, problem: CHANGED });
  });

  test.each([
    ['first', 1, 2, 0],
    ['middle', 3, 4, 2],
  ])('names the row behind the %s one, which was removed', async (_, removed, id, rows) => {
    const database = await auditedDatabase(5);
    tamper(database, log, `DELETE FROM ${log} WHERE id = ${removed}`);
    expect(await verify(database, log)).toMatchObject({
      rows,
      broken: { id, problem: `row ${removed} is missing before it` },
    });
  });

  test('names the row that took the place of a removed one, where the later ones were moved up', async () => {
    const database = await auditedDatabase(5);
    tamper(database, log, `DELETE FROM ${log} WHERE id = 3; UPDATE ${log} SET id = id - 1 WHERE id > 3`);
    expect((await verify(database, log))?.broken).toEqual({ id: 3, problem: UNLINKED });
  });

  test('shows by its last hash that rows at the end were cut off', async () => {
    const database = await auditedDatabase(5);
    const kept = (await verify(database, log))?.lastHash;
    tamper(database, log, `DELETE FROM ${log} WHERE id > 3`);
    expect(await verify(database, log)).toMatchObject({ rows: 3, broken: null });
    expect((await verify(database, log))?.lastHash).not.toBe(kept);
  });

  test('names a row that was put in at the end with a wrong hash', async () => {
    const database = await auditedDatabase(5);
    const columns = Object.keys(COLUMNS[log]).join(', ');
    const copy = `INSERT INTO ${log} (id, ${columns}, previous_hash, hash)
      SELECT 6, ${columns}, hash, hash FROM ${log} WHERE id = 5`;
    tamper(database, log, copy);
    expect(await verify(database, log)).toMatchObject({ rows: 5, broken: { id: 6, problem: CHANGED } });
  });

  test.each([0, -7])('names a row that was put in before the first, as %i', async (id) => {
    const database = await auditedDatabase(5);
    const columns = Object.keys(COLUMNS[log]).join(', ');
    const copy = `INSERT INTO ${log} (id, ${columns}, previous_hash, hash)
      SELECT ${id}, ${columns}, previous_hash, hash FROM ${log} WHERE id = 1`;
    tamper(database, log, copy);
    expect(await verify(database, log)).toMatchObject({ rows: 0, broken: { id } });
  });

  test('is verified to its end, however long it is', async () => {
    const database = await auditedDatabase(2_000);
    expect(await verify(database, log)).toMatchObject({
      rows: 2_000,
      broken: null,
      lastHash: hashOf(database, log, 2_000),
    });
    tamper(database, log, `UPDATE ${log} SET id = id WHERE 0; DELETE FROM ${log} WHERE id = 1001`);
    expect(await verify(database, log)).toMatchObject({ rows: 1_000, broken: { id: 1_002 } });
    tamper(database, log, `DELETE FROM ${log} WHERE id > 1000`);
    expect(await verify(database, log)).toMatchObject({ rows: 1_000, broken: null });
  });
});
