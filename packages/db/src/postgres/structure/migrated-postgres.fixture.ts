import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cloneDatabase } from '@iron/test-postgres';
import { Client, type QueryResultRow, TypeOverrides } from 'pg';
import type { PostgresQuery } from '../postgres-query.ts';

const INT8 = 20;

/** A connection for a test, ended with its block. */
export interface TestConnection extends AsyncDisposable {
  readonly query: PostgresQuery;
  readonly close: () => Promise<void>;
}

/** A database as the migration files build it, without guards and without rows. */
export interface MigratedPostgres extends TestConnection {
  readonly url: string;
  /** One more connection to it. */
  readonly connect: () => Promise<TestConnection>;
}

const FOLDER = new URL('../../../../../migrations/postgres/', import.meta.url);

/** The migration files for PostgreSQL, in their order. */
export function readPostgresFiles(): { readonly file: string; readonly sql: string }[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => ({ file, sql: readFileSync(new URL(file, FOLDER), 'utf8') }));
}

export async function migratedPostgres(): Promise<MigratedPostgres> {
  const sql = readPostgresFiles().map((file) => file.sql);
  const key = `structure_${createHash('sha256').update(sql.join('\n')).digest('hex').slice(0, 20)}`;
  const database = await cloneDatabase({
    key,
    build: async (url) => {
      await using connection = await connectTo(url);
      for (const text of sql) await connection.query(text);
    },
  });
  const connection = await connectTo(database.url);
  const close = async () => {
    await connection.close();
    await database.drop();
  };
  return {
    url: database.url,
    query: connection.query,
    connect: () => connectTo(database.url),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function connectTo(connectionString: string): Promise<TestConnection> {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(INT8, Number);
  const client = new Client({ connectionString, types: parsers });
  await client.connect();
  const close = () => client.end();
  return {
    query: async (sql, parameters) => (await client.query<QueryResultRow>(sql, parameters)).rows,
    close,
    [Symbol.asyncDispose]: close,
  };
}
