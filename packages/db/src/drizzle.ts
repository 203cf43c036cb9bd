import { createRequire } from 'node:module';
import type * as orm from 'drizzle-orm';
import type * as betterSqlite3 from 'drizzle-orm/better-sqlite3';
import type * as pgCore from 'drizzle-orm/pg-core';
import type * as pgProxy from 'drizzle-orm/pg-proxy';
import type * as sqliteCore from 'drizzle-orm/sqlite-core';

// drizzle-orm's package.json has 180 kB, and Node.js reads it again for each of its ES modules that it loads: half a second
// of every start. As CommonJS the same code is there in a sixth of that. Types are imported from drizzle-orm itself.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node.js does not say what is in a module
const load = createRequire(import.meta.url) as unknown as <Name extends keyof Modules>(name: Name) => Modules[Name];

interface Modules {
  readonly 'drizzle-orm': typeof orm;
  readonly 'drizzle-orm/better-sqlite3': typeof betterSqlite3;
  readonly 'drizzle-orm/pg-core': typeof pgCore;
  readonly 'drizzle-orm/pg-proxy': typeof pgProxy;
  readonly 'drizzle-orm/sqlite-core': typeof sqliteCore;
}

/** What queries are written with. */
export const {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  getTableName,
  gt,
  gte,
  inArray,
  is,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  min,
  ne,
  or,
  sql,
  SQL,
} = load('drizzle-orm');

/** What tables are described with, and what SQLite is asked through. */
export const {
  blob,
  check,
  getTableConfig,
  index,
  integer,
  primaryKey,
  SQLiteSyncDialect,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} = load('drizzle-orm/sqlite-core');

export const { drizzle } = load('drizzle-orm/better-sqlite3');

/** What PostgreSQL is asked through. */
export const { PgDialect } = load('drizzle-orm/pg-core');
export const { PgRemoteDatabase, PgRemoteSession } = load('drizzle-orm/pg-proxy');
