import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { databaseFolder } from '../../lifecycle/database-folder.fixture.ts';
import { makeDatabase } from '../../lifecycle/made-database.fixture.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { inspectDatabase, type TableSummary } from '../../verify/inspect-database.ts';
import { emptyDatabase, migratedDatabase, NOW } from '../backup/backed-up.fixture.ts';
import { postgresName } from '../postgres-name.ts';
import { inspectPostgresDatabase, inspectPostgresTable } from './inspect-postgres-database.ts';
import { seededDatabase } from './seeded-database.fixture.ts';

function withoutRows(tables: readonly TableSummary[]): TableSummary[] {
  return tables.map((table) => ({ ...table, rows: 0 }));
}

describe('inspecting a PostgreSQL database', () => {
  test('shows the tables, columns and indexes that a file has, and their rows counted', async () => {
    const { location } = await seededDatabase();
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });

    const { path, tables } = await inspectPostgresDatabase(location);

    expect(path).toBe(postgresName(location));
    const rows = Object.fromEntries(tables.map((table) => [table.name, table.rows]));
    expect(rows).toMatchObject({ users: 3, api_tokens: 3, token_usage: 7, usage_limits: 3, agents: 0, _iron: 1 });
    expect(withoutRows(tables)).toEqual(withoutRows(inspectDatabase(folder.database).tables));
  });

  test('shows none where there is none', async () => {
    const { location } = await emptyDatabase();
    expect((await inspectPostgresDatabase(location)).tables).toEqual([]);
  });
});

describe('inspecting a table', () => {
  test('shows its first rows in the order of its primary key, and says how many there are', async () => {
    const database = await seededDatabase();
    const { location } = database;
    await database.ask(
      "UPDATE token_usage SET cost_nanos = cost_nanos WHERE request_id = 'development-seed-1'; SELECT 1",
    );

    const { columns, rows, total } = await inspectPostgresTable({ location, table: 'token_usage', limit: 2 });

    expect(columns.slice(0, 3)).toEqual(['id', 'token_id', 'request_id']);
    expect(rows.map((row) => row['request_id'])).toEqual(['development-seed-1', 'development-seed-2']);
    expect(rows[0]).toMatchObject({ input_tokens: 1_200, cost_nanos: 7_000_000, recorded_at: NOW - 6 * 86_400_000 });
    expect(total).toBe(7);
    const users = await inspectPostgresTable({ location, table: 'users', limit: 10 });
    expect(users.rows.map((row) => row['id'])).toEqual(['user_admin', 'user_project_manager', 'user_viewer']);
    expect(users.rows[0]).toMatchObject({ is_active: 1, password_hash: null, email: null });
  });

  test('hides what is secret, may help to find it, or may quote it', async () => {
    const database = await seededDatabase();
    const { location } = database;
    const secrets = ['$argon2id$v=19$secret-salt', 'the encrypted key of a provider', 'a prompt with a key in it'];
    await database.ask(
      `UPDATE users SET password_hash = '${secrets[0]}' WHERE username = 'admin';
       INSERT INTO ai_provider_keys
         (provider, encrypted_api_key, encryption_nonce, master_key_id, masked_key, created_at, user_id)
         VALUES ('openai', '${secrets[1]}', 'nnnnnnnnnnnn', 'master-1', 'sk-…1234', ${NOW}, 'user_admin');
       INSERT INTO api_call_traces
         (token_id, provider, model, endpoint, request_payload, response_payload, duration_ms, traced_at)
         VALUES (1, 'openai', 'gpt-4o', '/v1/chat', '${secrets[2]}', 'an answer', 5, ${NOW}); SELECT 1`,
    );
    const tables = ['users', 'api_tokens', 'ai_provider_keys', 'api_call_traces'];

    const shown = await Promise.all(
      tables.map(async (table) => await inspectPostgresTable({ location, table, limit: 10 })),
    );

    const text = JSON.stringify(shown);
    const hash = createHash('sha256').update('iron_dev_admin_token_001').digest('hex');
    const hex = Buffer.from(secrets[1] ?? '').toString('hex');
    expect([...secrets, hash, hex].filter((secret) => text.includes(secret))).toEqual([]);
    expect(shown.map(({ rows }) => rows[0])).toMatchObject([
      { username: 'admin', password_hash: '(hidden, 26 characters)' },
      { name: 'Admin development token', token_hash: '(hidden, 64 characters)' },
      { encrypted_api_key: '(31 bytes)', encryption_nonce: '(12 bytes)', masked_key: 'sk-…1234' },
      { request_payload: '(hidden, 25 characters)', response_payload: '(hidden, 9 characters)', endpoint: '/v1/chat' },
    ]);
  });

  test.each(['nothing', 'USERS', 'users; DROP TABLE users', 'pg_class', 'public.users', ''])(
    'is refused for the name %j, which is no table',
    async (table) => {
      const { location } = await migratedDatabase();
      const refusal = await refusalOf(inspectPostgresTable({ location, table, limit: 1 }));
      expect(refusal.code).toBe('inspect.unknown_table');
    },
  );

  test('works for a table with odd names, types and numbers that a person made', async () => {
    const database = await migratedDatabase();
    const { location } = database;
    await database.ask(
      `CREATE TABLE "my ""own"" table" (
         "a b" bigint, "A""b" numeric, t timestamptz, j jsonb, yes boolean, "secret names" text, list bigint[], f float8
       );
       INSERT INTO "my ""own"" table" VALUES
         (9223372036854775807, 0.10, '2026-01-01 00:00:00+00', '{"k": 1}', true, 'hush', '{1,2}', 0.5), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL); SELECT 1`,
    );

    expect(await inspectPostgresTable({ location, table: 'my "own" table', limit: 2 })).toMatchObject({
      columns: ['a b', 'A"b', 't', 'j', 'yes', 'secret names', 'list', 'f'],
      rows: [
        {
          'a b': '9223372036854775807',
          'A"b': '0.10',
          t: '2026-01-01 00:00:00+00',
          j: '{"k": 1}',
          yes: 'true',
          'secret names': '(hidden, 4 characters)',
          list: '{1,2}',
          f: 0.5,
        },
        { 'a b': 2, t: null },
      ],
      total: 2,
    });
  });
});
