import { describe, expect, test } from 'vitest';
import { GUIDE_TIME } from '../lifecycle/made-database.fixture.ts';
import { checkSeed } from './check-seed.ts';
import { migratedMemory } from './migrated-memory.fixture.ts';
import { SEEDED_USERS } from './seed-data.ts';
import { seedDatabase } from './seed-database.ts';

async function driftAfter(...statements: readonly string[]): Promise<[string, string][]> {
  using database = await migratedMemory();
  await seedDatabase(database, { now: () => GUIDE_TIME });
  for (const statement of statements) database.connection.exec(statement);
  const changes = database.connection.prepare('SELECT total_changes()').pluck();
  const before = changes.get();

  const drift = await database.read(checkSeed);

  expect(changes.get()).toBe(before);
  return drift.map(({ kind, message }) => [kind, message]);
}

describe('the check of the development data', () => {
  test('finds nothing right after it was put in', async () => {
    expect(await driftAfter()).toEqual([]);
  });

  test('finds nothing in what changes in use', async () => {
    const drift = await driftAfter(
      'UPDATE users SET last_login = 1733927400000, failed_logins = 2',
      'UPDATE api_tokens SET last_used_at = 1733927400000',
      'UPDATE usage_limits SET tokens_settled = 5, tokens_held = 7, updated_at = 1733927400001',
    );
    expect(drift).toEqual([]);
  });

  test('does not take another limit of a user for theirs', async () => {
    const addLimit = `INSERT INTO usage_limits (user_id, project_id, max_tokens_per_day, created_at, updated_at)
      VALUES ('user_admin', 'project_alpha', 1, ${GUIDE_TIME}, ${GUIDE_TIME})`;

    expect(await driftAfter(addLimit)).toEqual([]);
    expect(await driftAfter(addLimit, 'DELETE FROM usage_limits WHERE project_id IS NULL AND id = 1')).toEqual([
      ['missing', 'limit of admin is missing'],
    ]);
  });

  test.each([
    ["DELETE FROM users WHERE username = 'viewer'", ['missing', 'user viewer is missing']],
    ["DELETE FROM usage_limits WHERE user_id = 'user_admin'", ['missing', 'limit of admin is missing']],
    [
      "DELETE FROM token_usage WHERE request_id = 'development-seed-7'",
      ['missing', 'usage record development-seed-7 is missing'],
    ],
    ["DELETE FROM api_tokens WHERE user_id = 'user_viewer'", ['missing', 'token of viewer is missing']],
    [
      "UPDATE users SET role = 'viewer', is_active = 0 WHERE id = 'user_admin'",
      ['changed', 'user admin was changed: role, isActive'],
    ],
    ["UPDATE users SET username = 'boss' WHERE id = 'user_admin'", ['changed', 'user admin was changed: username']],
    [
      'UPDATE api_tokens SET is_active = 0, revoked_at = 1733927400000 WHERE id = 2',
      ['changed', 'token of project_manager was changed: isActive'],
    ],
    ['UPDATE api_tokens SET scopes = \'["read"]\' WHERE id = 3', ['changed', 'token of viewer was changed: scopes']],
    [
      "UPDATE usage_limits SET max_tokens_per_day = 1 WHERE user_id = 'user_admin'",
      ['changed', 'limit of admin was changed: maxTokensPerDay'],
    ],
    [
      "UPDATE token_usage SET cost_nanos = 1 WHERE request_id = 'development-seed-1'",
      ['changed', 'usage record development-seed-1 was changed: costNanos'],
    ],
  ])('says what became of a row: %s', async (statement, drift) => {
    expect(await driftAfter(statement)).toEqual([drift]);
  });

  test('says of tokens without a scope, as they were put in until there was a server to call, that they were changed', async () => {
    expect(await driftAfter("UPDATE api_tokens SET scopes = '[]'")).toEqual([
      ['changed', 'token of admin was changed: scopes'],
      ['changed', 'token of project_manager was changed: scopes'],
      ['changed', 'token of viewer was changed: scopes'],
    ]);
  });

  test('finds everything missing in a database that was never seeded, and says no token', async () => {
    using database = await migratedMemory();

    const drift = await database.read(checkSeed);

    expect(drift.map(({ kind }) => kind)).toEqual(Array.from({ length: 16 }, () => 'missing'));
    const said = JSON.stringify(drift);
    expect(SEEDED_USERS.filter(({ token }) => said.includes(token))).toEqual([]);
  });

  test('finds nothing missing any more after the data was put back', async () => {
    using database = await migratedMemory();
    await seedDatabase(database, { now: () => GUIDE_TIME });
    database.connection.exec('DELETE FROM api_tokens; DELETE FROM users; DELETE FROM usage_limits');

    await seedDatabase(database, { now: () => GUIDE_TIME });

    expect(await database.read(checkSeed)).toEqual([]);
  });
});
