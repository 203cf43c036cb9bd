import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import {
  damagePages,
  GUIDE_TIME,
  makeDatabase,
  makeForeignDatabase,
  makeOldDatabase,
  openRaw,
  overwriteIndexedText,
} from '../lifecycle/made-database.fixture.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { type VerifyOptions, verifyDatabase } from './verify-database.ts';
import type { VerifyCheck } from './verify-report.ts';

/** What a verification finds, by check; checks without problems are left out. The file is as it was before. */
async function findProblems(
  folder: DatabaseFolder,
  environment: VerifyOptions['environment'] = 'development',
): Promise<Partial<Record<VerifyCheck, readonly string[]>>> {
  const before = fingerprint(folder.path);
  const { checks, passed } = await verifyDatabase({ path: folder.database, environment });
  expect(fingerprint(folder.path)).toEqual(before);
  const failed = checks.filter(({ problems }) => problems.length > 0);
  expect(passed).toBe(failed.length === 0);
  expect(failed.filter(({ hint }) => hint === null)).toEqual([]);
  return Object.fromEntries(failed.map(({ check, problems }) => [check, problems]));
}

function alter(folder: DatabaseFolder, sql: string): void {
  using database = openRaw(folder.database);
  database.connection.unsafeMode(true);
  database.connection.pragma('foreign_keys = OFF');
  database.connection.exec(sql);
}

describe('a verification', () => {
  test.each([false, true])('passes every check of a sound database (seeded: %s)', async (seed) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed });

    const report = await verifyDatabase({ path: folder.database, environment: 'development' });

    const passed = ['integrity', 'references', 'migrations', 'schema', 'seed', 'credentials'];
    expect(report).toEqual({
      path: folder.database,
      checks: passed.map((check) => ({ check, problems: [], hint: null })),
      passed: true,
    });
    expect(await findProblems(folder)).toEqual({});
  });

  test('finds an index that does not fit its table', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    overwriteIndexedText(folder.database, 'old');

    expect(await findProblems(folder)).toEqual({ integrity: ['row 1 missing from index sqlite_autoindex_users_2'] });
  });

  test('finds pages that belong to nothing any more', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    alter(folder, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'idx_users_email'");

    const { integrity } = await findProblems(folder);

    expect(integrity).toEqual([expect.stringMatching(/never used/)]);
  });

  test('says only that the file is damaged when it cannot be read to its end', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    damagePages(folder.database, 3);

    expect(await findProblems(folder)).toEqual({ integrity: [expect.stringMatching(/damaged|malformed|Tree/)] });
  });

  test('finds a file that was cut short', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    truncateSync(folder.database, 50_000);

    expect(await findProblems(folder)).toEqual({ integrity: [expect.stringMatching(/is damaged/)] });
  });

  test('finds rows that refer to a row that is gone', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    alter(
      folder,
      `INSERT INTO project_provider_key_assignments (project_id, provider_key_id, assigned_at)
       VALUES ('p', 404, ${GUIDE_TIME})`,
    );

    const { references, ...others } = await findProblems(folder);

    expect(references).toEqual([expect.stringMatching(/from project_provider_key_assignments to ai_provider_keys/)]);
    expect(others).toEqual({});
  });

  test.each([
    ['DROP INDEX idx_users_email', 'index idx_users_email is missing'],
    ['ALTER TABLE users ADD COLUMN nickname TEXT', 'column nickname should not be there'],
    ['CREATE TABLE notes (text TEXT)', 'table notes should not be there'],
    ['CREATE INDEX idx_mine ON users (name)', 'index idx_mine should not be there'],
    ['DROP TRIGGER audit_log_refuses_update', 'trigger audit_log_refuses_update is missing'],
    ['DROP TABLE token_blacklist', 'table token_blacklist is missing'],
    ['DROP TABLE _migration_004_completed', 'guard _migration_004_completed is missing'],
    ['DELETE FROM _migration_004_completed', 'guard _migration_004_completed has no row'],
    ["UPDATE _migration_004_completed SET checksum = 'x'", '004_provider_keys.sql was changed after it was applied'],
    [
      "CREATE TABLE _migration_999_completed (applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT; INSERT INTO _migration_999_completed VALUES (1, 'x')",
      'holds migration 999, which this version of Iron does not know',
    ],
  ])('finds that somebody ran: %s', async (sql, problem) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    alter(folder, sql);

    const { migrations, ...others } = await findProblems(folder);

    expect(String(migrations)).toContain(problem);
    expect(others).toEqual({});
  });

  test('finds the migrations that are pending', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);

    const { migrations = [], ...others } = await findProblems(folder);

    expect(others).toEqual({});
    expect(migrations).toHaveLength(readMigrations().length - 1);
    expect(migrations[0]).toBe('migration 002_length_constraints.sql is pending');
  });

  test('finds seeded rows that are missing, and does not mind what a person changed', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    alter(folder, "DELETE FROM users WHERE username = 'viewer'; UPDATE users SET role = 'viewer'");

    expect(await findProblems(folder)).toEqual({ seed: ['user viewer is missing'] });
  });

  test('expects no seeded rows where none were ever put in', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: false });
    expect(await findProblems(folder)).toEqual({});
  });
});

describe('development tokens', () => {
  test.each([
    ['marked as one of production', "UPDATE _iron SET environment = 'production'", 'development'],
    ['in production', 'SELECT 1', 'production'],
    ['marked so and altered', "UPDATE _iron SET environment = 'production'; DROP INDEX idx_users_email", 'development'],
  ] as const)('are found in a database that is %s, and not printed', async (_, sql, environment) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    alter(folder, sql);

    const { credentials } = await findProblems(folder, environment);

    expect(credentials).toEqual([
      'a production database holds the Admin development token',
      'a production database holds the Project manager development token',
      'a production database holds the Viewer development token',
    ]);
  });

  test('are found after all else of the seed is gone', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true, environment: 'development' });
    alter(folder, 'DELETE FROM users; DELETE FROM token_usage; DELETE FROM api_tokens WHERE id <> 2');
    alter(folder, 'DELETE FROM usage_limits; DELETE FROM _usage_by_token; UPDATE _iron SET seeded_at = NULL');

    expect(await findProblems(folder, 'production')).toEqual({
      credentials: [expect.stringContaining('Project manager')],
    });
  });

  test('are not looked for where there are no tables yet', async () => {
    using folder = databaseFolder();
    writeFileSync(folder.database, '');
    const { migrations, ...others } = await findProblems(folder, 'production');
    expect(migrations).toHaveLength(readMigrations().length);
    expect(others).toEqual({});
  });
});

describe('a verification is refused', () => {
  test('of what is not a database of Iron', async () => {
    using folder = databaseFolder();
    const verify = () => refusalOf(verifyDatabase({ path: folder.database, environment: 'development' }));

    expect((await verify()).code).toBe('database.missing');
    writeFileSync(folder.database, 'Dear diary, '.repeat(1_000));
    expect((await verify()).code).toBe('database.not_sqlite');
    rmSync(folder.database);
    makeForeignDatabase(folder.database);
    expect((await verify()).code).toBe('database.not_iron');
  });
});
