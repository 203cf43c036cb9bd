import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { drizzle } from '../drizzle.ts';
import type { SqliteLocation } from '../connection/database-url.ts';
import { findHolders } from '../connection/file-holders.ts';
import { PRODUCTION_MARK } from '../connection/identity.ts';
import { openConnection, setPragma } from '../connection/open-connection.ts';
import { queriesOn } from '../connection/sqlite-database.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { migrateConnection } from '../migrations/apply-sqlite-migrations.ts';
import { planMigrations } from '../migrations/migration-plan.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { reasonOf } from './reason-of.ts';
import type { CopiedTable } from './copied-tables.ts';
import type { CopyEnd, CopySource, CopyTarget } from './copy-end.ts';
import { type Dialect, linesOf, names, type Value } from './table-statements.ts';

const DIALECT: Dialect = {
  hash: ({ name }) => `iron_sha256(${name})`,
  hex: ({ name }) => `lower(hex(${name}))`,
};

/** SQLite waits for others for so long. */
const BUSY_TIMEOUT_MS = 30_000;

type SqliteFile = Extract<SqliteLocation, { kind: 'file' }>;

/** Reads an SQLite file, which is there and migrated. */
export function openSqliteSource({ path, mode }: SqliteFile): CopySource {
  const connection = openConnection(path, { readonly: mode === 'ro', busyTimeoutMs: BUSY_TIMEOUT_MS });
  const end = sqliteEnd(connection, path);
  return {
    ...end,
    freeze: () => end.execute('BEGIN; SELECT count(*) FROM sqlite_schema'),
    lock: () => end.execute(mode === 'ro' ? 'BEGIN; SELECT count(*) FROM sqlite_schema' : 'BEGIN IMMEDIATE'),
    release: () => end.execute('ROLLBACK'),
    users: async () => findHolders(path, { exceptSelf: true }),
  };
}

const TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";
const OBJECTS = `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'`;

/** Writes to an SQLite file, which is there. References are checked at the end, all together. */
export function openSqliteTarget({ path }: SqliteFile): CopyTarget {
  const connection = openConnection(path, { foreignKeys: false, busyTimeoutMs: BUSY_TIMEOUT_MS });
  // What a power cut takes is copied again; the end of the copy is on the disk before it is told of.
  setPragma(connection, 'synchronous', NORMAL);
  const end = sqliteEnd(connection, path);
  return {
    ...end,
    reader: queriesOn(drizzle({ client: connection }), connection),
    objects: async () => connection.prepare<[], string>(OBJECTS).pluck().all(),
    migrate: async (options) => void (await migrateConnection(connection, path, readMigrations(), options)),
    disarm: async () => {
      const triggers = connection.prepare<[], { name: string; sql: string }>(TRIGGERS).all();
      for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
      return triggers.map(({ sql }) => sql);
    },
    structure: async () => '',
    findProblems: async () => {
      const dangling = connection.prepare<[], { table: string }>('PRAGMA foreign_key_check').all();
      const problems = dangling.map(({ table }) => `a row of ${table} refers to one that is missing`);
      try {
        planMigrations({ connection, path });
      } catch (error) {
        problems.push(reasonOf(error));
      }
      return [...new Set(problems)];
    },
    settle: async (isProduction) => {
      if (isProduction) connection.pragma(`user_version = ${PRODUCTION_MARK}`);
    },
    async together(work) {
      setPragma(connection, 'synchronous', FULL);
      await end.execute('BEGIN IMMEDIATE');
      try {
        const result = await work();
        await end.execute('COMMIT');
        return result;
      } finally {
        if (connection.inTransaction) connection.exec('ROLLBACK');
        setPragma(connection, 'synchronous', NORMAL);
      }
    },
    tune: () => end.execute('PRAGMA optimize = 0x10002'),
  };
}

const NORMAL = 1;
const FULL = 2;

function sqliteEnd(connection: Database.Database, path: string): CopyEnd {
  connection.function('iron_sha256', { deterministic: true }, (value: unknown) =>
    createHash('sha256').update(bytesOf(value)).digest('hex'),
  );
  const insertions = new Map<string, (rows: readonly (readonly Value[])[]) => void>();
  const explained = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw explainDatabaseError(error, path);
    }
  };
  const close = async () => void connection.close();
  return {
    engine: 'sqlite',
    name: path,
    query: ({ text, parameters }) =>
      explained(() => {
        const statement = connection.prepare<Value[], Value[]>(text);
        if (statement.reader) return statement.raw().all(...parameters);
        statement.run(...parameters);
        return [];
      }),
    execute: (statements) => explained(() => void connection.exec(statements)),
    digest: (table, range) =>
      explained(() => {
        const { text, parameters } = linesOf(table, range, DIALECT);
        const lines = connection
          .prepare<Value[], string>(`${text} ORDER BY ${names(table.key)}`)
          .pluck()
          .all(...parameters);
        return { rows: lines.length, hash: createHash('sha256').update(lines.join('\n')).digest('hex') };
      }),
    insert: (table, rows) =>
      explained(() => {
        const insertion = insertions.get(table.name) ?? insertionInto(connection, table);
        insertions.set(table.name, insertion);
        insertion(rows);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function bytesOf(value: unknown): string | Buffer {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  throw new TypeError('Only texts and bytes have a hash.');
}

function insertionInto(
  connection: Database.Database,
  table: CopiedTable,
): (rows: readonly (readonly Value[])[]) => void {
  const places = table.columns.map(() => '?').join(', ');
  const insertion = connection.prepare<Value[]>(
    `INSERT INTO ${table.name} (${names(table.columns)}) VALUES (${places})`,
  );
  const insertAll = connection.transaction((rows: readonly (readonly Value[])[]) => {
    for (const row of rows) insertion.run(...row);
  });
  return (rows) => insertAll.immediate(rows);
}
