import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migratedDatabase } from '../../schema/migrated-database.fixture.ts';
import { insertRow as insertIntoSqlite, VALID_ROWS } from '../../schema/valid-rows.fixture.ts';
import { insertRow } from './insert-row.fixture.ts';
import { type MigratedPostgres, migratedPostgres } from './migrated-postgres.fixture.ts';

const NAMES = ['b', 'A', 'C', 'Z', '_', '~', 'ä', 'Ä', 'é', 'z1', 'z10', 'z2', 'a b', 'a-b', 'ß', '😀', 'ﬀ', 'İ', 'i'];

let postgres: MigratedPostgres;

beforeAll(async () => {
  postgres = await migratedPostgres();
});

afterAll(async () => {
  await postgres.close();
});

async function found(sql: string, ...parameters: string[]): Promise<unknown[]> {
  return (await postgres.query(sql, parameters)).map(({ username }) => username);
}

describe('texts on PostgreSQL', () => {
  test('are ordered, found and told apart as on SQLite', async () => {
    using sqlite = migratedDatabase();
    for (const name of NAMES) {
      const row = { id: `id of ${name}`, username: name, name };
      insertIntoSqlite(sqlite.connection, 'users', row);
      await insertRow(postgres.query, 'users', { ...VALID_ROWS.users, ...row });
    }
    const ordered = (column: string) =>
      sqlite.connection.prepare(`SELECT username FROM users ORDER BY ${column}`).pluck().all();
    expect(await found('SELECT username FROM users ORDER BY name')).toEqual(ordered('name'));
    expect(await found('SELECT username FROM users ORDER BY lower(username)')).toEqual(ordered('username'));
    for (const name of NAMES.flatMap((one) => [one.toUpperCase(), one.toLowerCase()])) {
      const expected = sqlite.connection.prepare('SELECT username FROM users WHERE username = ?').pluck().all(name);
      const sql = 'SELECT username FROM users WHERE lower(username) = lower($1::text COLLATE "C")';
      expect([name, await found(sql, name)]).toEqual([name, expected]);
    }
  });

  test.each(['B', 'aDA'])('refuses the user name %s when it is somebody in another case', async (username) => {
    await postgres.query('DELETE FROM users');
    await insertRow(postgres.query, 'users', { ...VALID_ROWS.users, username: username.toLowerCase() });
    const second = insertRow(postgres.query, 'users', { ...VALID_ROWS.users, id: 'v', username });
    await expect(second).rejects.toMatchObject({ code: '23505', constraint: 'users_username_key' });
  });

  test.each([
    ['{}', 'is no array', '23514'],
    ['[', 'is no JSON', '22P02'],
    ['', 'is nothing', '22P02'],
  ])('refuses scopes where %s %s', async (scopes, _, code) => {
    const token = insertRow(postgres.query, 'api_tokens', { ...VALID_ROWS.api_tokens, scopes });
    await expect(token).rejects.toMatchObject({ code });
  });

  test.each(['null', '{"a":"\\u0000 \\ud800"}', '{"a":1,"a":1e999}'])('takes %s for a change', async (changes) => {
    await postgres.query('BEGIN');
    await insertRow(postgres.query, 'audit_log', { ...VALID_ROWS.audit_log, changes });
    expect(await postgres.query('SELECT changes FROM audit_log')).toEqual([{ changes }]);
    await postgres.query('ROLLBACK');
  });
});
