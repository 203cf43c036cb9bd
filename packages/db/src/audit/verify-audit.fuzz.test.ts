import { isDeepStrictEqual } from 'node:util';
import { cases, FUZZ_TIMEOUT_MS, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { USER_OPERATIONS } from '../schema/user-audit-log.ts';
import type { Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { appendToAuditLog } from './audit-log.ts';
import { AT, auditedDatabase, type Log, tamper } from './audited-database.fixture.ts';
import { appendToUserAuditLog } from './user-audit-log.ts';
import { verifyAudit } from './verify-audit.ts';

type Append = (tx: Writer) => Work<void>;

/** What services take: Unicode without NUL. */
const text = oddText.map((odd) => `x${odd.toWellFormed().replaceAll('\0', '')}`);
const state = fc.dictionary(oddText, fc.jsonValue(), { maxKeys: 3 });
const at = fc.nat().map((ms) => AT + ms);
const change = fc.record({
  entityType: text,
  entityId: text,
  action: text,
  actor: fc.record({ userId: text, ipAddress: text, userAgent: text }, { requiredKeys: [] }),
  changes: state,
  at,
});
const accountChange = fc.record(
  {
    operation: fc.constantFrom(...USER_OPERATIONS),
    targetUserId: text,
    performedBy: text,
    previousState: state,
    newState: state,
    reason: text,
    at,
  },
  { requiredKeys: ['operation', 'targetUserId', 'performedBy', 'at'] },
);

const LOGS: readonly [log: Log, append: fc.Arbitrary<Append>][] = [
  ['audit_log', change.map((row) => (tx) => appendToAuditLog(tx, row))],
  ['user_audit_log', accountChange.map((row) => (tx) => appendToUserAuditLog(tx, row))],
];

type Value = string | number | bigint | Buffer | null;
type Row = Readonly<Record<string, Value>>;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** One log of a database, as somebody has it who can write to the file. */
class TamperedLog {
  readonly #database: SqliteDatabase;
  readonly #log: Log;
  readonly columns: readonly Column[];

  constructor(database: SqliteDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
    tamper(database, log, 'PRAGMA ignore_check_constraints = ON');
    this.columns = database.connection
      .prepare<[string], Column>('SELECT name, type FROM pragma_table_info(?)')
      .all(log);
  }

  /** From now on every column but the id can hold a value of any type. */
  dropTypes(): void {
    const [id, ...others] = this.columns.map(({ name }) => name);
    this.run(`DROP TABLE ${this.#log}`);
    this.run(`CREATE TABLE ${this.#log} (${id} INTEGER PRIMARY KEY, ${others.join(', ')})`);
  }

  async fill(appended: readonly Append[]): Promise<void> {
    this.run(`DELETE FROM ${this.#log}`);
    await this.#database.write(function* (tx) {
      for (const append of appended) yield* append(tx);
    });
  }

  run(sql: string, ...values: readonly Value[]): void {
    this.#database.connection.prepare(sql).run(...values);
  }

  rows(): Row[] {
    return this.#database.connection.prepare<[], Row>(`SELECT * FROM ${this.#log} ORDER BY id`).all();
  }

  async verify() {
    const verifications = await verifyAudit(this.#database.reader);
    const { rows, lastHash, broken } = verifications.find(({ log }) => log === this.#log) ?? expect.fail();
    return { rows, lastHash, broken: broken?.id ?? null };
  }
}

/** What of a log must be found to fit: the rows that are as they were, up to the first that is not. */
function expectedOf(before: readonly Row[], after: readonly Row[]) {
  const first = after.findIndex((row, index) => !isDeepStrictEqual(row, before[index]));
  const rows = first === -1 ? after.length : first;
  return { rows, lastHash: before[rows - 1]?.['hash'] ?? '0'.repeat(64), broken: after[rows]?.['id'] ?? null };
}

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(null, '', 0, -0, Infinity, -Infinity, AT + 0.5, 2n ** 62n),
  fc.integer(),
  fc.double({ noNaN: true }),
  oddText,
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
);

type Statement = readonly [sql: string, ...values: Value[]];

/** Statements that change a row, or which rows there are. */
function tamperings(log: Log, columns: readonly string[]): fc.Arbitrary<Statement> {
  const all = columns.join(', ');
  const column = fc.constantFrom(...columns);
  const type = fc.constantFrom('BLOB', 'TEXT', 'REAL', 'INTEGER');
  const row = fc.integer({ min: 1, max: 3 });
  const to = fc.integer({ min: -1, max: 5 });
  return fc.oneof<fc.Arbitrary<Statement>[]>(
    fc.tuple(column, row, value).map(([name, id, put]) => [`UPDATE ${log} SET ${name} = ? WHERE id = ${id}`, put]),
    fc
      .tuple(column, row, type)
      .map(([name, id, as]) => [`UPDATE ${log} SET ${name} = CAST(${name} AS ${as}) WHERE id = ${id}`]),
    fc.tuple(column, row, column).map(([name, id, other]) => [`UPDATE ${log} SET ${name} = ${other} WHERE id = ${id}`]),
    row.map((id) => [`DELETE FROM ${log} WHERE id = ${id}`]),
    fc.tuple(row, to).map(([id, other]) => [`UPDATE OR REPLACE ${log} SET id = ${other} WHERE id = ${id}`]),
    fc
      .tuple(row, to)
      .map(([id, other]) => [`INSERT OR REPLACE INTO ${log} SELECT ${other}, ${all} FROM ${log} WHERE id = ${id}`]),
  );
}

describe.each(LOGS)('rows of %s with any values', { timeout: FUZZ_TIMEOUT_MS }, (log, append) => {
  const appended = fc.array(append, { minLength: 1, maxLength: 3 });

  test('fit each other, and no longer once one byte of one of them is another', async () => {
    const tampered = new TamperedLog(await auditedDatabase(0), log);
    const texts = tampered.columns.filter(({ type }) => type === 'TEXT').map(({ name }) => name);
    const property = fc.asyncProperty(
      appended,
      fc.constantFrom(...texts),
      fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })),
      async (changes, column, [row, place, mask]) => {
        await tampered.fill(changes);
        expect((await tampered.verify()).broken).toBeNull();

        const found = tampered.rows()[row % changes.length];
        const bytes = Buffer.from(found?.[column]?.toString() ?? '');
        fc.pre(bytes.length > 0);
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ mask;
        const changed = Number(found?.['id']);
        tampered.run(`UPDATE ${log} SET ${column} = CAST(? AS TEXT) WHERE id = ?`, bytes, changed);
        expect((await tampered.verify()).broken).toBe(changed);
      },
    );
    await fc.assert(property, cases(60));
  });

  test('fit up to the first that has another value, or one of another type, was moved, left out or put in', async () => {
    const tampered = new TamperedLog(await auditedDatabase(0), log);
    tampered.dropTypes();
    const [, ...columns] = tampered.columns.map(({ name }) => name);
    const some = fc.array(tamperings(log, columns), { minLength: 1, maxLength: 2 });
    const property = fc.asyncProperty(appended, some, async (changes, done) => {
      await tampered.fill(changes);
      const before = tampered.rows();
      for (const statement of done) tampered.run(...statement);
      expect(await tampered.verify()).toEqual(expectedOf(before, tampered.rows()));
    });
    await fc.assert(property, cases(60));
  });
});
