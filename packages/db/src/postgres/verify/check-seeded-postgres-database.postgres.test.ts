import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { SEEDED_USERS } from '../../seed/seed-data.ts';
import { migratedDatabase } from '../backup/backed-up.fixture.ts';
import { checkSeededPostgresDatabase } from './check-seeded-postgres-database.ts';
import { firstDatabase, seededDatabase } from './seeded-database.fixture.ts';

async function driftAfter(sql: string): Promise<(readonly [string, string])[]> {
  const database = await seededDatabase();
  const { location } = database;
  await database.ask(`${sql}; SELECT 1`);
  const { drift } = await checkSeededPostgresDatabase(location);
  return drift.map(({ kind, message }) => [kind, message]);
}

describe('the check of the development data of a PostgreSQL database', () => {
  test('finds nothing right after it was put in, nor in what changes in use', async () => {
    expect(await driftAfter('SELECT 1')).toEqual([]);
    const used =
      'UPDATE users SET last_login = 1733927400000, failed_logins = 2; UPDATE usage_limits SET tokens_settled = 5';
    expect(await driftAfter(used)).toEqual([]);
  });

  test.each([
    ["DELETE FROM users WHERE username = 'viewer'", ['missing', 'user viewer is missing']],
    ["DELETE FROM usage_limits WHERE user_id = 'user_admin'", ['missing', 'limit of admin is missing']],
    [
      "DELETE FROM token_usage WHERE request_id = 'development-seed-7'",
      ['missing', 'usage record development-seed-7 is missing'],
    ],
    [
      "UPDATE users SET role = 'viewer', is_active = 0 WHERE id = 'user_admin'",
      ['changed', 'user admin was changed: role, isActive'],
    ],
    [
      `UPDATE api_tokens SET scopes = '["read"]' WHERE user_id = 'user_viewer'`,
      ['changed', 'token of viewer was changed: scopes'],
    ],
  ])('says what became of a row: %s', async (sql, drift) => {
    expect(await driftAfter(sql)).toEqual([drift]);
  });

  test('finds everything missing in a database that was never seeded, and says no token', async () => {
    const { drift } = await checkSeededPostgresDatabase((await migratedDatabase()).location);

    expect(drift.map(({ kind }) => kind)).toEqual(Array.from({ length: 16 }, () => 'missing'));
    const said = JSON.stringify(drift);
    expect(SEEDED_USERS.filter(({ token }) => said.includes(token))).toEqual([]);
  });

  test('is refused for a database that lacks migrations, or was altered', async () => {
    const database = await migratedDatabase();
    const { location } = database;
    await database.ask('DROP INDEX idx_users_email; SELECT 1');

    expect((await refusalOf(checkSeededPostgresDatabase((await firstDatabase()).location))).code).toBe(
      'migration.pending',
    );
    expect((await refusalOf(checkSeededPostgresDatabase(location))).code).toBe('migration.structure_drift');
  });
});
