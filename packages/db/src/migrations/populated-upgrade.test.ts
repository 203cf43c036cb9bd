import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { type Row, TABLE_NAMES, type TableName, TIME, VALID_ROWS, insertRow } from '../schema/valid-rows.fixture.ts';
import { readStructure } from '../structure/read-structure.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { ironMigrations } from './migration-files.fixture.ts';

/** The tables of migration 001. */
const FIVE = ['api_tokens', 'token_usage', 'usage_limits', 'api_call_traces', 'audit_log'] as const;

/** Several rows in each of the five tables: with all columns set, with none that may be left out, and at the limits. */
function populate(connection: Database.Database): void {
  for (let id = 1; id <= 20; id += 1) insertToken(connection, id);
  for (let id = 1; id <= 60; id += 1) insertUse(connection, id, (id % 20) + 1);
  for (const id of [1, 2, 3]) {
    insertRow(connection, 'usage_limits', {
      id,
      user_id: `u${id}`,
      project_id: id === 1 ? null : 'p',
      tokens_settled: id,
      tokens_held: 999 - id,
    });
  }
  let previous: string = VALID_ROWS.audit_log.previous_hash;
  for (let id = 1; id <= 10; id += 1) {
    const hash = id.toString(16).padStart(64, 'f');
    insertRow(connection, 'audit_log', {
      previous_hash: previous,
      hash,
      changes: id % 2 === 0 ? '{"a":[1,"ü"]}' : null,
    });
    previous = hash;
  }
}

function insertToken(connection: Database.Database, id: number): void {
  const full: Row = {
    project_id: 'p'.repeat(500),
    name: `büro ${id} 🗝`,
    scopes: '["read","write"]',
    is_active: 0,
    last_used_at: TIME + 1,
    expires_at: TIME + 2,
    revoked_at: TIME + 3,
    revoked_reason: 'r'.repeat(500),
    rotated_from_id: id - 1,
  };
  insertRow(connection, 'api_tokens', {
    id,
    token_hash: id.toString(16).padStart(64, '0'),
    user_id: `u${id % 4}`,
    ...(id % 3 === 0 ? full : {}),
  });
}

function insertUse(connection: Database.Database, id: number, token: number): void {
  const priced: Row = { request_id: `r${id}`, cost_nanos: 2 ** 40 + id, price_version: '2025-06' };
  insertRow(connection, 'token_usage', { id, token_id: token, ...(id % 2 === 0 ? priced : {}) });
  const payloads: Row = {
    request_payload: `{"n":${id}}`,
    response_payload: 'x'.repeat(id * 100),
    response_status: 200,
  };
  insertRow(connection, 'api_call_traces', { id, token_id: token, ...(id % 2 === 0 ? payloads : {}) });
}

/** Every row of the five tables, with the columns that migration 001 made. */
function rowsOfFive(connection: Database.Database, columns: ReadonlyMap<string, readonly string[]>): unknown[][] {
  return FIVE.map((table) => {
    const list = columns.get(table)?.join(', ') ?? '*';
    return connection.prepare(`SELECT ${list} FROM ${table} ORDER BY id`).all();
  });
}

function columnsOfFive(connection: Database.Database): Map<string, readonly string[]> {
  const columns = connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
  return new Map(FIVE.map((table) => [table, columns.all(table)]));
}

describe('a database at 001 with rows in all five tables', () => {
  test('is migrated to the newest with every row of every table alive', async () => {
    using folder = databaseFolder();
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    await applyAllMigrations(database, { migrations: ironMigrations(1) });
    populate(database.connection);
    const columns = columnsOfFive(database.connection);
    const before = rowsOfFive(database.connection, columns);
    expect(before.map((rows) => rows.length)).toEqual([20, 60, 3, 60, 10]);

    const { applied } = await applyAllMigrations(database);

    expect(applied).toEqual(
      ironMigrations()
        .slice(1)
        .map(({ file }) => file),
    );
    expect(rowsOfFive(database.connection, columns)).toEqual(before);
    database.close();
    expect(await verifyDatabase({ path: folder.database, environment: 'production' })).toMatchObject({ passed: true });
  });

  test.each([2, 3, 4, 5, 6, 7])('keeps every row on the way: with the first %i migrations', async (count) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, { migrations: ironMigrations(1) });
    populate(database.connection);
    const columns = columnsOfFive(database.connection);
    const before = rowsOfFive(database.connection, columns);

    await applyAllMigrations(database, { migrations: ironMigrations(count) });

    expect(rowsOfFive(database.connection, columns)).toEqual(before);
  });

  test('is migrated with usage of a token that is gone, as another program leaves it without foreign keys', async () => {
    using database = await openSqliteDatabase('sqlite::memory:', { foreignKeys: false });
    await applyAllMigrations(database, { migrations: ironMigrations(7) });
    insertToken(database.connection, 1);
    insertUse(database.connection, 1, 1);
    insertUse(database.connection, 2, 77);

    await applyAllMigrations(database);

    const read = (sql: string) => database.connection.prepare(sql).pluck().all();
    expect(read('SELECT token_id FROM token_usage ORDER BY 1')).toEqual([1, 77]);
    expect(read('SELECT token_id FROM _usage_by_token')).toEqual([1]);
    expect(read('SELECT requests FROM _usage_by_model')).toEqual([2]);
  });

  test('is not migrated when a row breaks a rule of 002: the row stays, for a person to mend', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database, { migrations: ironMigrations(1) });
    insertRow(database.connection, 'api_tokens', { name: 'n'.repeat(201) });

    await expect(applyAllMigrations(database)).rejects.toThrow(
      /^Migration 002_length_constraints\.sql, line \d+: constraint failed\.$/,
    );

    expect(database.connection.prepare('SELECT length(name) FROM api_tokens').pluck().all()).toEqual([201]);
  });
});

test('a row that is put into a table as soon as it is there outlives every later migration', async () => {
  using database = await openSqliteDatabase('sqlite::memory:');
  const { connection } = database;
  const filled = new Set<TableName>();
  for (const [before] of ironMigrations().entries()) {
    await applyAllMigrations(database, { migrations: ironMigrations(before + 1) });
    const made = new Set(readStructure(connection).tables.map(({ name }) => name));
    for (const table of TABLE_NAMES.filter((name) => made.has(name) && !filled.has(name))) {
      insertRow(connection, table);
      filled.add(table);
    }
  }

  const rows = TABLE_NAMES.map((table) =>
    connection.prepare(`SELECT ${Object.keys(VALID_ROWS[table]).join(', ')} FROM ${table}`).all(),
  );
  expect(rows).toEqual(TABLE_NAMES.map((table) => [VALID_ROWS[table]]));
});
