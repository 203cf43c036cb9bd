import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { backupPostgresDatabase, listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { planPostgresMigrations } from '../migrations/postgres-migration-plan.ts';
import { postgresDatabaseStatus } from '../verify/postgres-database-status.ts';
import { transactionPooler } from '../maintenance/transaction-pooler.fixture.ts';
import { OLD_COUNT, oldDatabase } from './old-database.fixture.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

const USERS = 'SELECT username FROM users ORDER BY username';

async function addUser(database: PostgresOfTest, name: string): Promise<void> {
  await database.ask(
    `INSERT INTO users (id, username, role, created_at) VALUES ('${name}', '${name}', 'admin', ${NOW}); SELECT 1`,
  );
}

const restore = async (database: PostgresOfTest, from = 'last') =>
  await restorePostgresDatabase({ ...database, from, environment: 'development' });

describe('a restore of a PostgreSQL database', () => {
  test('brings the last backup back, and then the last is what was there before', async () => {
    const database = await migratedDatabase();
    await addUser(database, 'old');
    await backupPostgresDatabase(database);
    await addUser(database, 'later');

    const report = await restore(database);

    expect(report.backup).toMatchObject({ reason: 'restore', rows: { users: 2 } });
    expect(await database.ask(USERS)).toEqual([{ username: 'old' }]);
    await restore(database);
    expect(await database.ask(USERS)).toEqual([{ username: 'later' }, { username: 'old' }]);
    expect(await database.ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
  });

  test('makes a database that is not there, and refuses before that what it cannot put into it', async () => {
    const database = await migratedDatabase();
    await addUser(database, 'old');
    const { path } = await backupPostgresDatabase(database);
    const missing = { ...database.location, database: `${database.location.database}_missing` };
    const restoreMissing = async (from: string) =>
      await restorePostgresDatabase({ ...database, location: missing, from, environment: 'development' });
    try {
      expect((await refusalOf(restoreMissing(`${path}.gone`))).code).toBe('backup.unusable');
      expect((await refusalOf(backupPostgresDatabase({ ...database, location: missing }))).code).toBe(
        'database.missing',
      );

      expect(await restoreMissing(path)).toMatchObject({
        rows: { users: 1 },
        backup: null,
        pending: [],
        problem: null,
      });
      expect(await postgresDatabaseStatus(missing)).toMatchObject({ pending: [], problem: null });
    } finally {
      await database.ask(`DROP DATABASE IF EXISTS ${missing.database}`);
    }
  });

  test('lets identities count on from where they were, and others use what they might before', async () => {
    const database = await migratedDatabase();
    const token = (hash: string) =>
      database.ask(
        `INSERT INTO api_tokens (token_hash, user_id, created_at) VALUES (repeat('${hash}', 64), 'u', ${NOW}) RETURNING id::int`,
      );
    await token('a');
    await database.ask('DELETE FROM api_tokens; GRANT SELECT ON users TO PUBLIC; SELECT 1');
    await backupPostgresDatabase(database);

    await restore(database);

    expect(await token('b')).toEqual([{ id: 2 }]);
    const mine = "SELECT has_table_privilege('pg_monitor', 'users', 'SELECT') AS may";
    expect(await database.ask(mine)).toEqual([{ may: true }]);
  });

  test('refuses a file that was altered or cut short, with its manifest and without', async () => {
    const database = await migratedDatabase();
    await addUser(database, 'old');
    const { path } = await backupPostgresDatabase(database);
    const bytes = readFileSync(path);
    const altered = Buffer.from(bytes);
    altered[bytes.length - 40] = Number(bytes[bytes.length - 40]) ^ 1;
    const copy = `${database.folder}/copy`;
    for (const [file, content] of [
      [copy, altered],
      [copy, bytes.subarray(0, -20)],
      [copy, 'nothing'],
      [path, altered],
    ] as const) {
      writeFileSync(file, content);
      expect((await refusalOf(restore(database, file))).code).toBe('backup.unusable');
    }
    expect(await database.ask(USERS)).toEqual([{ username: 'old' }]);
    expect(await database.ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
    expect(listPostgresBackups(database)).toHaveLength(1);
  });

  test('is refused while somebody is connected, who is named, and over tables of another program', async () => {
    const database = await migratedDatabase();
    await backupPostgresDatabase(database);
    const client = new Client({ connectionString: database.url, application_name: 'gateway-7' });
    await client.connect();
    try {
      expect((await refusalOf(restore(database))).message).toMatch(
        /in use by PostgreSQL's process \d+ \(gateway-7 at /,
      );
    } finally {
      await client.end();
    }
    await database.ask('CREATE TABLE theirs (id bigint); SELECT 1');
    expect((await refusalOf(restore(database))).code).toBe('database.foreign_tables');
  });

  test('of a development backup is refused in production, by the environment and by the mark', async () => {
    const database = await migratedDatabase();
    await backupPostgresDatabase(database);
    const inProduction = restorePostgresDatabase({ ...database, from: 'last', environment: 'production' });
    expect((await refusalOf(inProduction)).code).toBe('lifecycle.production_refused');
    await database.ask("UPDATE _iron SET environment = 'production'; SELECT 1");
    expect((await refusalOf(restore(database))).code).toBe('lifecycle.production_refused');
  });

  test('of an older Iron says which migrations it lacks', async () => {
    const database = await oldDatabase();
    await backupPostgresDatabase(database);

    const report = await restore(database);

    const pending = readMigrations('postgres').slice(OLD_COUNT);
    expect(report).toMatchObject({ pending: pending.map(({ file }) => file), problem: null, setAside: null });
    expect((await planPostgresMigrations(database)).pending).toEqual(pending);
  });

  test.each([
    ['a column that was added', 'ALTER TABLE users ADD COLUMN extra text', /extra/],
    ['a table that was dropped, even that of its identity', 'DROP TABLE _iron', /table _iron is missing/],
    [
      'a rule',
      'CREATE RULE keep AS ON UPDATE TO api_tokens DO INSTEAD NOTHING',
      /table api_tokens: clause rule keep: /,
    ],
    [
      'a rule that was switched off',
      'CREATE RULE keep AS ON DELETE TO users DO ALSO SELECT 1; ALTER TABLE users DISABLE RULE keep',
      /clause rule keep: enabled D /,
    ],
    [
      'row security and a policy',
      `ALTER TABLE users ENABLE ROW LEVEL SECURITY;
       CREATE POLICY mine ON users FOR UPDATE TO PUBLIC USING (EXISTS (SELECT FROM agents)) WITH CHECK (id = current_user)`,
      /clause policy mine: permissive w to public using \(.*\) check \(.*\) should not be there; .* row security should/,
    ],
    [
      'row security that counts for the owner, too',
      'ALTER TABLE agents FORCE ROW LEVEL SECURITY',
      /table agents: clause row security: forced should not be there/,
    ],
    ['a guard of another text', "UPDATE _migration_003_completed SET checksum = 'x'", /003_users\.sql/],
  ])('puts %s back, and says what is wrong with it', async (_, change, problem) => {
    const database = await migratedDatabase();
    await database.ask(`${change}; SELECT 1`);
    const { path } = await backupPostgresDatabase(database);

    const report = await restore(database);

    expect(report.pending).toEqual([]);
    expect(report.problem).toMatch(problem);
    expect(report.problem).toContain(path);
    expect((await refusalOf(planPostgresMigrations(database))).message).toMatch(problem);
  });

  test('refuses what a newer Iron has made, and leaves everything as it is', async () => {
    const database = await migratedDatabase();
    await database.ask(
      `CREATE TABLE _migration_999_completed (applied_at bigint, checksum text);
       INSERT INTO _migration_999_completed VALUES (1, 'x'); SELECT 1`,
    );
    const { path } = await backupPostgresDatabase(database);
    await database.ask('DROP TABLE _migration_999_completed; SELECT 1');
    await addUser(database, 'old');

    const refused = await refusalOf(restore(database));

    expect(refused.code).toBe('backup.unusable');
    expect(refused.message).toMatch(/^.*\.copy\.zst cannot be restored: it .*999.*\.$/);
    expect(refused.message.split(path)).toHaveLength(2);
    expect(await database.ask(USERS)).toEqual([{ username: 'old' }]);
    expect(await database.ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
  });

  test('refuses a pooler that gives each transaction another connection', async () => {
    const database = await migratedDatabase();
    const { path } = await backupPostgresDatabase(database);
    const location = parsePostgresUrl(await transactionPooler(database.url), process.cwd(), {});
    expect((await refusalOf(restore({ ...database, location }, path))).code).toBe('database.transaction_pooler');
  });
});
