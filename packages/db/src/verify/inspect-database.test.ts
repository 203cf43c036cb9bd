import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CorruptDatabaseError, DatabaseMissingError } from '../connection/connection-errors.ts';
import { databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import { damagePages, GUIDE_TIME, makeDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { inspectDatabase, inspectTable, UnknownTableError } from './inspect-database.ts';

describe('inspecting a database', () => {
  test('counts the rows of every table, and names its columns and indexes', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    const before = fingerprint(folder.path);

    const { path, tables } = inspectDatabase(folder.database);

    expect(path).toBe(folder.database);
    const rows = Object.fromEntries(tables.map((table) => [table.name, table.rows]));
    expect(rows).toMatchObject({ users: 4, api_tokens: 3, token_usage: 7, usage_limits: 3, agents: 0, _iron: 1 });
    const seen = tables.filter(({ name }) => !name.startsWith('_'));
    expect(seen).toHaveLength(11);
    expect(seen.flatMap(({ indexes }) => indexes)).toHaveLength(32);
    expect(tables.find(({ name }) => name === 'agents')).toEqual({
      name: 'agents',
      rows: 0,
      columns: ['id', 'name', 'providers', 'created_at'],
      indexes: ['idx_agents_name'],
    });
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('is refused where there is none, and where it cannot be read', async () => {
    using folder = databaseFolder();
    expect(() => inspectDatabase(folder.database)).toThrow(DatabaseMissingError);
    await makeDatabase(folder.database);
    damagePages(folder.database, 3);
    expect(() => inspectDatabase(folder.database)).toThrow(CorruptDatabaseError);
  });
});

describe('inspecting a table', () => {
  test('shows its first rows, and says how many there are', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });

    const { columns, rows, total } = inspectTable({ path: folder.database, table: 'token_usage', limit: 2 });

    expect(columns.slice(0, 3)).toEqual(['id', 'token_id', 'request_id']);
    expect(rows.map((row) => row['request_id'])).toEqual(['development-seed-1', 'development-seed-2']);
    expect(rows[0]).toMatchObject({
      input_tokens: 1_200,
      cost_nanos: 7_000_000,
      recorded_at: GUIDE_TIME - 6 * 86_400_000,
    });
    expect(total).toBe(7);
  });

  test('hides what is secret, may help to find it, or may quote it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    const secrets = [
      '$argon2id$v=19$secret-salt',
      'the encrypted key of a provider',
      'a prompt with a key in it',
      'an answer',
    ];
    {
      using database = openRaw(folder.database);
      const { connection } = database;
      connection.prepare("UPDATE users SET password_hash = ? WHERE username = 'admin'").run(secrets[0]);
      connection
        .prepare(
          `INSERT INTO ai_provider_keys
             (provider, encrypted_api_key, encryption_nonce, master_key_id, masked_key, created_at, user_id)
           VALUES ('openai', ?, ?, 'master-1', 'sk-…1234', ?, 'user_admin')`,
        )
        .run(Buffer.from(secrets[1] ?? ''), Buffer.alloc(12, 'n'), GUIDE_TIME);
      connection
        .prepare(
          `INSERT INTO api_call_traces
             (token_id, provider, model, endpoint, request_payload, response_payload, duration_ms, traced_at)
           VALUES (1, 'openai', 'gpt-4o', '/v1/chat', ?, ?, 5, ?)`,
        )
        .run(secrets[2], secrets[3], GUIDE_TIME);
    }
    const tables = ['users', 'api_tokens', 'ai_provider_keys', 'api_call_traces'];

    const shown = tables.map((table) => inspectTable({ path: folder.database, table, limit: 10 }));

    const text = JSON.stringify(shown);
    const hash = createHash('sha256').update('iron_dev_admin_token_001').digest('hex');
    expect([...secrets, hash].filter((secret) => text.includes(secret))).toEqual([]);
    expect(shown.map(({ rows }) => rows[0])).toMatchObject([
      { username: 'admin', password_hash: '(hidden, 26 characters)' },
      { name: 'Admin development token', token_hash: '(hidden, 64 characters)' },
      { encrypted_api_key: '(31 bytes)', encryption_nonce: '(12 bytes)', masked_key: 'sk-…1234' },
      { request_payload: '(hidden, 25 characters)', response_payload: '(hidden, 9 characters)', endpoint: '/v1/chat' },
    ]);
  });

  test('shows what is not there as not there, secret or not', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });

    const { rows } = inspectTable({ path: folder.database, table: 'users', limit: 1 });

    expect(rows[0]).toMatchObject({ password_hash: null, email: null });
  });

  test.each(['nothing', 'USERS', 'users; DROP TABLE users', 'sqlite_schema', ''])(
    'is refused for the name %j, which is no table',
    async (table) => {
      using folder = databaseFolder();
      await makeDatabase(folder.database);
      expect(() => inspectTable({ path: folder.database, table, limit: 1 })).toThrow(UnknownTableError);
    },
  );

  test('works for a table with an odd name that a person made', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.exec('CREATE TABLE "my ""own"" table" (a); INSERT INTO "my ""own"" table" VALUES (1), (2)');
    }

    expect(inspectTable({ path: folder.database, table: 'my "own" table', limit: 1 })).toMatchObject({
      columns: ['a'],
      rows: [{ a: 1 }],
      total: 2,
    });
  });
});
