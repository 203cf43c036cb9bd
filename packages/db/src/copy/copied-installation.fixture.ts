import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneDatabase } from '@iron/test-postgres';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import { appendToAuditLog } from '../audit/audit-log.ts';
import { appendToUserAuditLog } from '../audit/user-audit-log.ts';
import type { DatabaseLocation } from '../connection/database-url.ts';
import type { Environment } from '../connection/environment.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { isGuardTable } from '../migrations/guard-table.ts';
import { insertRow, TIME } from '../schema/valid-rows.fixture.ts';
import { seedDatabase } from '../seed/seed-database.ts';
import { tableNames } from '../structure/count-rows.ts';
import { quoteName } from '../structure/quote-name.ts';

/** A folder for database files, gone at the end of the block. */
export interface Folder extends Disposable {
  locate(name: string, mode?: 'ro' | 'rw'): Extract<DatabaseLocation, { kind: 'file' }>;
}

export function temporaryFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'iron-copy-'));
  return {
    locate: (name, mode) => ({ kind: 'file', path: join(folder, name), mode: mode ?? 'rwc' }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A migrated database in a file, with the seed and at least one row in every table. */
export async function makeInstallation(
  location: Extract<DatabaseLocation, { kind: 'file' }>,
  { environment = 'development', usage = 0 }: { environment?: Environment; usage?: number } = {},
): Promise<void> {
  using database = await openSqliteDatabase(location);
  await applyAllMigrations(database, { environment: 'development', now: () => TIME });
  await seedDatabase(database, { now: () => TIME + 1 });
  fill(database, usage);
  for (let change = 0; change < 40; change += 1) {
    await database.write((tx) =>
      appendToAuditLog(tx, {
        entityType: 'token',
        entityId: String(change),
        action: 'update',
        changes: { name: { from: 'é', to: `„${change}“` } },
        actor: { userId: 'user_admin' },
        at: TIME + change,
      }),
    );
  }
  await database.write((tx) =>
    appendToUserAuditLog(tx, {
      operation: 'suspend',
      targetUserId: 'user_viewer',
      performedBy: 'user_admin',
      reason: 'because',
      at: TIME,
    }),
  );
  if (environment === 'production') {
    database.connection.exec("UPDATE _iron SET environment = 'production'; PRAGMA user_version = 1");
  }
}

function fill({ connection }: SqliteDatabase, usage: number): void {
  insertRow(connection, 'agents', { name: 'Übersetzer' });
  insertRow(connection, 'api_tokens', { id: 50, agent_id: 1, name: 'a|b:c\n"d"\\e \u{1F600}', rotated_from_id: 1 });
  insertRow(connection, 'api_tokens', { id: 40, token_hash: 'c'.repeat(64), rotated_from_id: 50 });
  insertRow(connection, 'token_blacklist');
  insertRow(connection, 'ai_provider_keys', {
    encrypted_api_key: Buffer.alloc(5_000, 7),
    balance_nanos: -5n,
    balance_updated_at: TIME,
  });
  insertRow(connection, 'ai_provider_keys', {
    id: 9,
    encryption_nonce: Buffer.from('0123456789ab'),
    base_url: 'https://é',
  });
  insertRow(connection, 'project_provider_key_assignments');
  insertRow(connection, '_holds');
  insertRow(connection, '_holds', { id: 3, request_id: 'r3', state: 'released', ended_at: TIME, end_reason: 'died' });
  insertRow(connection, '_hold_limits');
  insertRow(connection, '_hold_limits', { limit_id: 2 });
  insertRow(connection, '_price_books', { content: JSON.stringify(['ü'.repeat(600_000)]) });
  insertRow(connection, '_idempotency_keys');
  insertRow(connection, '_idempotency_keys', { key_hash: 'f'.repeat(64), answer: Buffer.alloc(28, 255) });
  for (let trace = 0; trace < 30; trace += 1) {
    insertRow(connection, 'api_call_traces', {
      response_status: trace % 2 === 0 ? 200 : null,
      request_payload: trace % 3 === 0 ? `{"text":"${'ö'.repeat(trace * 10_000)}"}` : null,
    });
  }
  addUsage(connection, usage);
  connection.exec(`UPDATE usage_limits SET tokens_settled = 7, tokens_held = 150 WHERE id = 1`);
}

/** Records calls of token 50, or another, as fast as that goes. */
export function addUsage(connection: Database.Database, count: number, token = 50): void {
  connection.transaction(() => {
    for (let call = 0; call < count; call += 1) {
      insertRow(connection, 'token_usage', {
        token_id: token,
        model: `model-${call % 7}`,
        request_id: call % 2 === 0 ? `${token} ${call} ${Math.random()}` : null,
        cost_nanos: call % 3 === 0 ? null : call,
        price_version: call % 3 === 0 ? null : 'v1',
        recorded_at: TIME + call * 60_000,
      });
    }
  })();
}

/** Every row of a database file, guards excepted, as it is stored. */
export function contentOf({ path }: { readonly path: string }): Record<string, unknown[]> {
  const connection = new Database(path, { readonly: true, fileMustExist: true });
  try {
    connection.defaultSafeIntegers();
    const tables = tableNames(connection).filter((name) => !isGuardTable(name));
    return Object.fromEntries(
      tables.map((table) => [table, connection.prepare(`SELECT * FROM ${quoteName(table)} ORDER BY 1, 2`).all()]),
    );
  } finally {
    connection.close();
  }
}

/** An empty database of PostgreSQL for a test. */
export interface EmptyServer extends AsyncDisposable {
  readonly location: PostgresLocation;
  readonly url: string;
  /** Runs statements over a connection that is gone afterwards. */
  execute(sql: string): Promise<void>;
}

export async function emptyPostgres(): Promise<EmptyServer> {
  const clone = await cloneDatabase({ key: 'empty', build: async () => {} });
  return {
    location: parsePostgresUrl(clone.url, '/', {}),
    url: clone.url,
    async execute(sql) {
      const client = new Client({ connectionString: clone.url });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    [Symbol.asyncDispose]: async () => await clone.drop(),
  };
}
