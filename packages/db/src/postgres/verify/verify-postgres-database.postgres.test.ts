import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { emptyDatabase, migratedDatabase, NOW } from '../backup/backed-up.fixture.ts';
import { postgresName } from '../postgres-name.ts';

import { asReader, findProblems, firstDatabase, seededDatabase } from './seeded-database.fixture.ts';
import { verifyPostgresDatabase } from './verify-postgres-database.ts';

const CHECKS = ['integrity', 'references', 'migrations', 'schema', 'seed', 'credentials'];

describe('a verification of a PostgreSQL database', () => {
  test.each([
    ['with the development data', seededDatabase],
    ['without', migratedDatabase],
  ])('passes every check of a sound one, %s, and says how far it is', async (_, make) => {
    const { location } = await make();
    const progress: (readonly [number, number])[] = [];

    const report = await verifyPostgresDatabase({
      location,
      environment: 'development',
      onProgress: ({ done, total }) => progress.push([done, total]),
    });

    expect(report).toEqual({
      path: postgresName(location),
      checks: CHECKS.map((check) => ({ check, problems: [], hint: null })),
      passed: true,
    });
    expect([progress[0], progress.at(-1)]).toEqual([
      [0, 6],
      [6, 6],
    ]);
  });

  test('says what to do about what it finds', async () => {
    const database = await seededDatabase();
    await database.ask("DELETE FROM users WHERE username = 'viewer'; SELECT 1");

    const { passed, checks } = await verifyPostgresDatabase({ ...database, environment: 'production' });

    expect(passed).toBe(false);
    const failed = checks.filter(({ problems }) => problems.length > 0);
    expect(failed.map(({ check, hint }) => [check, typeof hint])).toEqual([
      ['seed', 'string'],
      ['credentials', 'string'],
    ]);
  });
});

describe('it finds', () => {
  test('a table whose file is gone, and then looks no further', async () => {
    const database = await seededDatabase();
    await database.ask("UPDATE pg_class SET relfilenode = 999999 WHERE relname = 'token_usage'; SELECT 1");

    const { checks } = await verifyPostgresDatabase({ ...database, environment: 'development' });

    expect(checks).toEqual([
      {
        check: 'integrity',
        problems: [expect.stringMatching(/^table token_usage cannot be read to its end: could not open file/)],
        hint: 'Put the newest backup into a new database of the server: `iron db restore <file> --database <url>`.',
      },
    ]);
  });

  test('that not even what the database is can be read', async () => {
    const database = await migratedDatabase();
    await database.ask("UPDATE pg_class SET relfilenode = 999999 WHERE relname = '_iron'; SELECT 1");

    expect(await findProblems(database)).toEqual({ integrity: [expect.stringMatching(/^could not open file/)] });
  });

  test('an index that does not fit its table, where amcheck is installed', async () => {
    const database = await seededDatabase();
    await database.ask('CREATE SCHEMA tools; CREATE EXTENSION amcheck SCHEMA tools; SELECT 1');
    expect(await findProblems(database)).toEqual({});
    await database.ask(
      `UPDATE pg_index SET indisready = false WHERE indexrelid = 'idx_users_email'::regclass;
       INSERT INTO users (id, username, email, role, created_at) VALUES ('new', 'new', 'new@example.com', 'admin', ${NOW});
       UPDATE pg_index SET indisready = true WHERE indexrelid = 'idx_users_email'::regclass; SELECT 1`,
    );

    expect(await findProblems(database)).toEqual({
      integrity: [
        expect.stringMatching(/^index idx_users_email does not fit table users: heap tuple .* lacks matching/),
      ],
    });
  });

  test.each([
    [
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_users_email'::regclass",
      'index idx_users_email of table users is not valid',
    ],
    [
      `ALTER TABLE project_provider_key_assignments DROP CONSTRAINT project_provider_key_assignments_provider_key_id_fkey,
         ADD FOREIGN KEY (provider_key_id) REFERENCES ai_provider_keys (id) ON DELETE CASCADE NOT VALID`,
      'constraint project_provider_key_assignments_provider_key_id_fkey of table project_provider_key_assignments was never validated',
    ],
    [
      'ALTER TABLE audit_log DISABLE TRIGGER audit_log_refuses_delete',
      'trigger audit_log_refuses_delete of table audit_log is switched off',
    ],
    [
      'ALTER TABLE audit_log ENABLE REPLICA TRIGGER audit_log_refuses_delete',
      'trigger audit_log_refuses_delete of table audit_log is switched off',
    ],
    [
      'ALTER TABLE project_provider_key_assignments DISABLE TRIGGER ALL',
      'foreign key project_provider_key_assignments_provider_key_id_fkey of table project_provider_key_assignments is switched off',
    ],
  ])('what the rest relies on and is not there: %s', async (sql, problem) => {
    const database = await seededDatabase();
    await database.ask(`${sql}; SELECT 1`);

    const { integrity, migrations, ...others } = await findProblems(database);

    expect(integrity).toEqual([problem]);
    expect(migrations).toHaveLength(1);
    expect(others).toEqual({});
  });

  test('rows that refer to a row that is gone, put in while nobody looked', async () => {
    const database = await seededDatabase();
    await database.ask(
      `SET session_replication_role = replica;
       INSERT INTO project_provider_key_assignments (project_id, provider_key_id, assigned_at)
       VALUES ('p', 404, ${NOW}), ('p', 405, ${NOW}); SELECT 1`,
    );

    expect(await findProblems(database)).toEqual({
      references: [
        'references from project_provider_key_assignments to ai_provider_keys that lead nowhere: 2, in provider_key_id',
      ],
    });
  });

  test('such rows also in tables with odd names, by keys of several columns of which none is NULL', async () => {
    const database = await seededDatabase();
    await database.ask(
      `CREATE TABLE "the ""own"" ones" ("a b" bigint, "select" bigint, PRIMARY KEY ("a b", "select"));
       CREATE TABLE "their's" ("x""y" bigint, z bigint, FOREIGN KEY ("x""y", z) REFERENCES "the ""own"" ones");
       SET session_replication_role = replica;
       INSERT INTO "their's" VALUES (1, 1), (1, NULL), (NULL, NULL); SELECT 1`,
    );

    const { references } = await findProblems(database);

    expect(references).toEqual([`references from their's to the "own" ones that lead nowhere: 1, in x"y, z`]);
  });

  test.each([
    ['DROP INDEX idx_users_email', 'index idx_users_email is missing'],
    ['ALTER TABLE users ADD COLUMN nickname text', 'column nickname should not be there'],
    ['CREATE TABLE notes (text text)', 'table notes should not be there'],
    ['DROP TRIGGER audit_log_refuses_update ON audit_log', 'trigger audit_log_refuses_update is missing'],
    ['DROP TABLE token_blacklist', 'table token_blacklist is missing'],
    ['DROP TABLE _migration_004_completed', 'guard _migration_004_completed is missing'],
    ['DELETE FROM _migration_004_completed', 'guard _migration_004_completed has no row'],
    ["UPDATE _migration_004_completed SET checksum = 'x'", '004_provider_keys.sql was changed after it was applied'],
    ['DELETE FROM _iron', 'table _iron has lost its row'],
    [
      "CREATE TABLE _migration_999_completed (applied_at bigint, checksum text); INSERT INTO _migration_999_completed VALUES (1, 'x')",
      'holds migration 999, which this version of Iron does not know',
    ],
  ])('that somebody ran: %s', async (sql, problem) => {
    const database = await seededDatabase();
    await database.ask(`${sql}; SELECT 1`);

    const { migrations, ...others } = await findProblems(database);

    expect(String(migrations)).toContain(problem);
    expect(others).toEqual({});
  });

  test('what is altered also for a user who may only read, by what the code knows of the tables', async () => {
    const database = await seededDatabase();
    const location = await asReader(database);
    expect(await findProblems({ location })).toEqual({});
    await database.ask(
      `ALTER TABLE users ADD COLUMN nickname text; CREATE RULE keep AS ON UPDATE TO users DO INSTEAD NOTHING; SELECT 1`,
    );

    expect(await findProblems({ location })).toEqual({
      migrations: [
        expect.stringMatching(
          /is not what the migrations build: table users: column nickname should not be there; .* clause rule keep: /,
        ),
      ],
    });
  });

  test('the migrations that are pending', async () => {
    const { migrations = [], ...others } = await findProblems(await firstDatabase());

    expect(others).toEqual({});
    expect(migrations).toHaveLength(readMigrations().length - 1);
    expect(migrations[0]).toBe('migration 002_length_constraints.sql is pending');
  });

  test('all of them in an empty database', async () => {
    const { migrations, ...others } = await findProblems(await emptyDatabase(), 'production');

    expect(migrations).toHaveLength(readMigrations().length);
    expect(others).toEqual({});
  });

  test('seeded rows that are missing, and does not mind what a person changed', async () => {
    const database = await seededDatabase();
    await database.ask("DELETE FROM users WHERE username = 'viewer'; UPDATE users SET role = 'viewer'; SELECT 1");

    expect(await findProblems(database)).toEqual({ seed: ['user viewer is missing'] });
  });
});

describe('development tokens', () => {
  test.each([
    ['marked as one of production', "UPDATE _iron SET environment = 'production'", 'development'],
    ['in production', 'SELECT 1', 'production'],
    ['marked so and altered', "UPDATE _iron SET environment = 'production'; DROP INDEX idx_users_email", 'development'],
  ] as const)('are found in a database that is %s, and not printed', async (_, sql, environment) => {
    const database = await seededDatabase();
    await database.ask(`${sql}; SELECT 1`);

    const { credentials } = await findProblems(database, environment);

    expect(credentials).toEqual([
      'a production database holds the Admin development token',
      'a production database holds the Project manager development token',
      'a production database holds the Viewer development token',
    ]);
  });

  test('are not looked for where there is no column for them', async () => {
    const database = await migratedDatabase();
    await database.ask('ALTER TABLE api_tokens DROP COLUMN token_hash CASCADE; SELECT 1');

    const { credentials, migrations } = await findProblems(database, 'production');

    expect(credentials).toBeUndefined();
    expect(migrations).toHaveLength(1);
  });
});

test('a verification sees one moment: what is written meanwhile is not in it', async () => {
  const database = await seededDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  let isDone: Promise<unknown> | undefined;
  try {
    const { passed } = await verifyPostgresDatabase({
      ...database,
      environment: 'development',
      onProgress: ({ done }) => {
        if (done === 1) isDone = client.query("DELETE FROM users WHERE username = 'viewer'");
      },
    });
    await isDone;
    expect(passed).toBe(true);
  } finally {
    await client.end();
  }
  expect(await findProblems(database)).toEqual({ seed: ['user viewer is missing'] });
});
