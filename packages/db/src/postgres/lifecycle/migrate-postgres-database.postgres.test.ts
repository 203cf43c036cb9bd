import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { applyAllMigrations } from '../../migrations/apply-all-migrations.ts';
import { following } from '../../migrations/migration-files.fixture.ts';
import { emptyDatabase, migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { postgresMigrations, postgresMigrationsAnd } from '../migrations/postgres-migrations.fixture.ts';
import { openPostgresDatabase } from '../open-postgres-database.ts';
import { postgresName } from '../postgres-name.ts';
import { connectForLifecycle } from '../maintenance/lifecycle-connection.ts';
import { migratePostgresDatabase, planPostgresMigration } from './migrate-postgres-database.ts';
import { guardsOf, LONG_AGO, oldDatabase, OLD_COUNT, USERS } from './old-database.fixture.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

const FILES = postgresMigrations().map(({ file }) => file);
const NUMBERS = postgresMigrations().map(({ number }) => number);
const SCRATCH = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^_?iron'";

const migrate = async (database: PostgresOfTest, environment: 'development' | 'production' = 'development') =>
  await migratePostgresDatabase({ ...database, environment, now: () => NOW });

const environmentOf = async (database: PostgresOfTest) =>
  (await database.ask('SELECT environment FROM _iron'))[0]?.['environment'];

describe('migrating a database of a server', () => {
  test('fills an empty one, without a backup', async () => {
    const database = await emptyDatabase();

    const report = await migrate(database, 'production');

    expect(report).toEqual({ path: postgresName(database.location), applied: FILES, backup: null });
    expect(readdirSync(database.folder)).toEqual([]);
    expect(await database.ask('SELECT environment, created_at::text FROM _iron')).toEqual([
      { environment: 'production', created_at: String(NOW) },
    ]);
  });

  test('makes one where there is none', async () => {
    const database = await emptyDatabase();
    const { location, folder } = database;
    const missing = { ...location, database: `${location.database}_missing` };
    try {
      const plan = await planPostgresMigration(missing);
      expect(plan).toEqual({ path: postgresName(missing), applied: [], pending: postgresMigrations() });
      await expect(openPostgresDatabase(missing)).rejects.toMatchObject({ code: 'database.missing' });

      const report = await migratePostgresDatabase({ location: missing, folder, environment: 'development' });

      expect(report).toEqual({ path: postgresName(missing), applied: FILES, backup: null });
      expect((await planPostgresMigration(missing)).pending).toEqual([]);
    } finally {
      await database.ask(`DROP DATABASE IF EXISTS ${missing.database}`);
    }
  });

  test('of an older one keeps every row, and a verified backup that a restore takes back to it', async () => {
    const database = await oldDatabase();

    const { applied, backup } = await migrate(database);

    expect(applied).toEqual(FILES.slice(OLD_COUNT));
    const name = `${database.location.database}_backup_20251127_104000.copy.zst`;
    expect(backup).toMatchObject({
      path: join(database.folder, 'backups', name),
      reason: 'migrate',
      madeAt: NOW,
      rows: { users: 2, api_tokens: 1 },
    });
    expect(listPostgresBackups(database)).toEqual([{ ...backup, verified: true }]);
    expect(await database.ask(USERS)).toEqual([{ username: 'ada' }, { username: 'bob' }]);
    expect(await guardsOf(database)).toEqual(NUMBERS);
    expect(await database.ask(SCRATCH)).toEqual([]);
    await database.ask("DELETE FROM users WHERE id = 'b'; SELECT 1");

    await restorePostgresDatabase({ ...database, from: 'last', environment: 'development', now: () => NOW + 60_000 });

    expect(await database.ask(USERS)).toEqual([{ username: 'ada' }, { username: 'bob' }]);
    expect(await guardsOf(database)).toEqual(NUMBERS.slice(0, OLD_COUNT));
  });

  test.each(NUMBERS.slice(OLD_COUNT, -1).map((number, index) => [number, OLD_COUNT + index + 1]))(
    'of one at migration %i is backed up as well',
    async (_, count) => {
      const database = await oldDatabase(count);
      expect((await migrate(database)).backup).toMatchObject({ rows: { users: 2, api_tokens: 1 } });
      expect(await guardsOf(database)).toEqual(NUMBERS);
    },
  );

  test('again changes nothing and makes no further backup', async () => {
    const database = await oldDatabase();
    await migrate(database);

    expect(await migrate(database)).toEqual({ path: postgresName(database.location), applied: [], backup: null });

    expect(listPostgresBackups(database)).toHaveLength(1);
  });

  test('in production marks it as a production database for good, also where nothing was pending', async () => {
    const database = await migratedDatabase();

    expect(await migrate(database, 'production')).toMatchObject({ applied: [] });
    await migrate(database, 'development');

    expect(await environmentOf(database)).toBe('production');
  });

  test('of another program is refused, and backed up nowhere', async () => {
    const database = await emptyDatabase();
    await database.ask('CREATE TABLE theirs (id bigint); INSERT INTO theirs VALUES (1); SELECT 1');

    expect((await refusalOf(migrate(database))).code).toBe('database.not_iron');

    expect(readdirSync(database.folder)).toEqual([]);
    expect(await database.ask('SELECT id::text FROM theirs')).toEqual([{ id: '1' }]);
  });
});

describe('the backup before the migrations of a database of a server', () => {
  test('is made by libraries, too, in the folder that they name', async () => {
    const database = await oldDatabase();
    await using opened = await openPostgresDatabase(database.location);

    const { backup } = await applyAllMigrations(opened, { now: () => NOW, folder: database.folder });

    expect(listPostgresBackups(database)).toEqual([{ ...backup, verified: true }]);
  });

  test('holds what a migration that fails afterwards rolls back, and stays', async () => {
    const database = await oldDatabase();
    const migrations = postgresMigrationsAnd({
      [following('fails')]: "ALTER TABLE users ADD CONSTRAINT no_bob CHECK (username <> 'bob');",
    });

    await using opened = await openPostgresDatabase(database.location);

    const refusal = await refusalOf(applyAllMigrations(opened, { migrations, folder: database.folder }));

    expect(refusal.code).toBe('migration.failed');
    expect(listPostgresBackups(database)).toMatchObject([{ verified: true, rows: { users: 2 } }]);
  });

  test('cannot be made: the folder is a file, and nothing is migrated', async () => {
    const database = await oldDatabase();
    writeFileSync(join(database.folder, 'backups'), '');

    expect((await refusalOf(migrate(database))).code).toBe('backup.no_folder');

    expect(await guardsOf(database)).toEqual(NUMBERS.slice(0, OLD_COUNT));
    expect(await database.ask(USERS)).toHaveLength(2);
  });

  test('is of the rows that are migrated: who writes past Iron meanwhile waits', async () => {
    const database = await oldDatabase();
    await using other = await connectForLifecycle(database.location);
    await other.query("SET lock_timeout = '60s'");
    let isWritten = false;
    let writing: Promise<void> | undefined;
    const write = async () => {
      await other.query(`INSERT INTO users (id, username, role, created_at) VALUES ('c', 'late', 'user', ${LONG_AGO})`);
      isWritten = true;
    };
    const seen = new Set<string>();

    const { backup } = await migratePostgresDatabase({
      ...database,
      environment: 'development',
      onProgress: ({ step }) => {
        writing ??= write();
        if (step !== 'migrate') seen.add(`${step}: ${isWritten ? 'written' : 'waits'}`);
      },
    });
    await writing;

    expect([...seen].toSorted()).toEqual(['backup: waits', 'read: waits', 'verify: waits']);
    expect(backup?.rows).toMatchObject({ users: 2 });
    expect(await database.ask(USERS)).toHaveLength(3);
  });
});

describe('the plan of a migration of a database of a server', () => {
  test('of an empty one is every migration, and it stays empty', async () => {
    const database = await emptyDatabase();

    const { path, applied, pending } = await planPostgresMigration(database.location);

    expect({ path, applied, pending }).toEqual({
      path: postgresName(database.location),
      applied: [],
      pending: postgresMigrations(),
    });
    expect(await guardsOf(database)).toEqual([]);
  });

  test('of an older one is what it lacks; nothing is changed and nothing backed up', async () => {
    const database = await oldDatabase();

    const { applied, pending } = await planPostgresMigration(database.location);

    expect(applied.map(({ file, appliedAt }) => [file, appliedAt])).toEqual(
      FILES.slice(0, OLD_COUNT).map((file) => [file, LONG_AGO]),
    );
    expect(pending).toEqual(postgresMigrations().slice(OLD_COUNT));
    expect(await guardsOf(database)).toEqual(NUMBERS.slice(0, OLD_COUNT));
    expect(existsSync(join(database.folder, 'backups'))).toBe(false);
    expect(await database.ask(SCRATCH)).toEqual([]);
  });
});
