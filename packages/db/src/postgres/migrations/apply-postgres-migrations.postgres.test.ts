import { describe, expect, test } from 'vitest';
import { FIRST_LINE, following } from '../../migrations/migration-files.fixture.ts';
import { ADVISORY_LOCKS_HERE } from '../advisory-locks.fixture.ts';
import { applyPostgresMigrations } from './apply-postgres-migrations.ts';
import { emptyDatabase, type EmptyDatabase, MIGRATED_AT, migratedEmptyDatabase } from './empty-database.fixture.ts';
import { locationOf, postgresMigrations, postgresMigrationsAnd } from './postgres-migrations.fixture.ts';
import { readPostgresGuards } from './postgres-guards.ts';
import { planPostgresMigrations, requirePostgresMigrated } from './postgres-migration-plan.ts';

const FILES = postgresMigrations().map(({ file }) => file);

const identityOf = async ({ query }: EmptyDatabase) => (await query('SELECT * FROM _iron'))[0];

describe('applyPostgresMigrations', () => {
  test('applies every file in order, and tells which and how far it is', async () => {
    const database = await emptyDatabase();
    const steps: string[] = [];
    const report = await applyPostgresMigrations(database, {
      onProgress: ({ step, done, total }) => void steps.push(`${step} ${done}/${total}`),
    });
    expect(report).toEqual({ applied: FILES, backup: null });
    expect(steps).toEqual(FILES.map((_, index) => `migrate ${index + 1}/${FILES.length}`));
  });

  test('changes nothing when it runs again, and again', async () => {
    const database = await migratedEmptyDatabase();
    const before = await database.contents();
    for (let run = 2; run <= 3; run += 1) {
      expect(await database.migrate({ now: () => MIGRATED_AT + run })).toEqual({ applied: [], backup: null });
      expect(await database.contents()).toEqual(before);
    }
  });

  test('leaves a guard for each file, with its time and the checksum of its text', async () => {
    const database = await emptyDatabase();
    let now = MIGRATED_AT;
    await database.migrate({ now: () => (now += 1) });
    expect(await readPostgresGuards(database.query)).toEqual(
      postgresMigrations().map(({ number, checksum }, index) => ({
        number,
        checksum,
        appliedAt: MIGRATED_AT + index + 1,
      })),
    );
  });

  test('gives the database its identity with the first file, for good', async () => {
    const database = await emptyDatabase();
    await database.migrate({ migrations: postgresMigrations(1), environment: 'production', now: () => MIGRATED_AT });
    const identity = await identityOf(database);
    expect(identity).toMatchObject({ id: 1, environment: 'production', created_at: MIGRATED_AT });
    await database.migrate({ environment: 'test' });
    expect(await identityOf(database)).toEqual(identity);
    expect(await identityOf(await migratedEmptyDatabase())).toMatchObject({ environment: 'development' });
  });

  test('goes on where an earlier run ended', async () => {
    const database = await migratedEmptyDatabase(4);
    expect((await database.migrate()).applied).toEqual(FILES.slice(4));
  });

  test('builds the same in many runs as in one', async () => {
    const database = await emptyDatabase();
    for (let count = 1; count <= FILES.length; count += 2) {
      await database.migrate({ migrations: postgresMigrations(count), now: () => MIGRATED_AT });
    }
    const { applied, pending } = await planPostgresMigrations(database);
    expect([applied.map(({ file }) => file), pending]).toEqual([FILES, []]);
  });

  test('called many times at once in one process, applies once', async () => {
    const database = await emptyDatabase();
    const reports = await Promise.all(Array.from({ length: 4 }, () => database.migrate()));
    expect(reports.flatMap(({ applied }) => applied)).toEqual(FILES);
  });

  test('leaves no schema, no lock and no connection behind', async () => {
    const { query } = await migratedEmptyDatabase();
    expect(await query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_?iron'")).toEqual([]);
    await expect.poll(async () => await query(ADVISORY_LOCKS_HERE)).toEqual([]);
  });

  test('does not mind what is set for the user', async () => {
    const database = await emptyDatabase();
    const [row] = await database.query('SELECT current_database() AS name');
    for (const setting of ['search_path = pg_catalog', "lock_timeout = '1ms'", 'check_function_bodies = off']) {
      await database.query(`ALTER DATABASE ${String(row?.['name'])} SET ${setting}`);
    }
    expect((await database.migrate()).applied).toEqual(FILES);
  });

  test('a database where nothing can be written is taken as it is when nothing is pending, and else refused', async () => {
    const database = await migratedEmptyDatabase(6);
    const [row] = await database.query('SELECT current_database() AS name');
    await database.query(`ALTER DATABASE ${String(row?.['name'])} SET default_transaction_read_only = on`);
    expect(await database.migrate({ migrations: postgresMigrations(6) })).toEqual({ applied: [], backup: null });
    await expect(database.migrate({ migrations: postgresMigrations(7) })).rejects.toMatchObject({
      code: 'migration.pending',
      message: `${database.path} lacks migration 008_agents.sql.`,
    });
  });

  test('backs up what holds rows before the first file, in its transaction, once', async () => {
    const database = await migratedEmptyDatabase(8);
    await database.query("INSERT INTO agents (name, created_at) VALUES ('first', 1750000000000)");
    let calls = 0;
    const failing = async () => {
      calls += 1;
      throw new Error('no room');
    };
    await expect(database.migrate({ backUp: failing })).rejects.toThrow('no room');
    expect(calls).toBe(1);
    expect(await readPostgresGuards(database.query)).toHaveLength(8);
    const empty = await migratedEmptyDatabase(8);
    expect((await empty.migrate({ backUp: failing })).applied).toEqual(FILES.slice(8));
    expect(calls).toBe(1);
  });
});

describe('requirePostgresMigrated', () => {
  test('names what is pending, and changes nothing', async () => {
    const database = await emptyDatabase();
    await expect(requirePostgresMigrated(database)).rejects.toMatchObject({
      code: 'migration.pending',
      message: `${database.path} lacks migrations ${FILES.join(', ')}.`,
    });
    expect(await database.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([]);
  });

  test('is content with a migrated database, also as a user who may only read and write rows', async () => {
    const database = await migratedEmptyDatabase();
    await requirePostgresMigrated(database);
    const role = `iron_test_rows_${process.pid}`;
    await database.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`,
    );
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = 'x';
      const asRole = { ...database, location: locationOf(url.href) };
      await requirePostgresMigrated(asRole);
      const more = postgresMigrationsAnd({ [following('more')]: 'CREATE TABLE more (x bigint);' });
      await expect(applyPostgresMigrations(asRole, { migrations: more })).rejects.toMatchObject({
        code: 'migration.no_scratch_schema',
      });
    } finally {
      await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

/** A migration that does much and then fails on its last line, when it is run on a database with rows. */
const FAILS = postgresMigrationsAnd({
  [following('fails')]: [
    'CREATE TABLE early (x bigint);',
    "UPDATE agents SET name = 'changed';",
    'ALTER TABLE agents ADD COLUMN extra text;',
    "INSERT INTO agents (name, created_at) VALUES ('second', 1750000000000);",
    'ALTER TABLE agents ADD CONSTRAINT only_one CHECK (id = 1);',
  ].join('\n'),
});

async function withAgent(): Promise<EmptyDatabase> {
  const database = await migratedEmptyDatabase();
  await database.query("INSERT INTO agents (name, created_at) VALUES ('first', 1750000000000)");
  return database;
}

describe('a migration that fails', () => {
  test('is told by its file and the line of the statement, and leaves nothing behind', async () => {
    const database = await withAgent();
    const before = await database.contents();
    for (let run = 1; run <= 2; run += 1) {
      await expect(database.migrate({ migrations: FAILS })).rejects.toMatchObject({
        code: 'migration.failed',
        message: `Migration ${following('fails')}, line ${FIRST_LINE + 4}: check constraint "only_one" of relation "agents" is violated by some row.`,
        hint: 'The migration was rolled back; the database is as it was before it.',
        details: { file: following('fails'), line: FIRST_LINE + 4 },
      });
      expect(await database.contents()).toEqual(before);
    }
  });

  test('does not undo those before it, and is applied once it is mended', async () => {
    const database = await withAgent();
    const works = { [following('works')]: 'CREATE TABLE works (x bigint);' };
    const broken = postgresMigrationsAnd({
      ...works,
      [following('fails', 2)]: 'ALTER TABLE agents ADD CONSTRAINT no_first CHECK (id > 1);',
    });
    const mended = postgresMigrationsAnd({
      ...works,
      [following('fails', 2)]: 'ALTER TABLE agents ADD CONSTRAINT no_zeroth CHECK (id > 0);',
    });
    await expect(database.migrate({ migrations: broken })).rejects.toMatchObject({
      code: 'migration.failed',
      message:
        `Migration ${following('fails', 2)}, line ${FIRST_LINE}: check constraint "no_first" of relation "agents" is ` +
        `violated by some row. Migration ${following('works')} had been applied before that, and stays.`,
      applied: [following('works')],
    });
    expect((await database.migrate({ migrations: mended })).applied).toEqual([following('fails', 2)]);
  });

  test.each([
    ['nonsense', 'CREATE TABEL t (x bigint);', 'syntax error at or near "TABEL"'],
    ['a table that is not there', '\n\nDROP TABLE nowhere;', 'table "nowhere" does not exist'],
  ])('is told before anything is done: %s', async (_, sql, problem) => {
    const database = await emptyDatabase();
    const migrations = postgresMigrationsAnd({ [following('wrong')]: sql });
    const line = FIRST_LINE + sql.split('\n').length - 1;
    await expect(database.migrate({ migrations })).rejects.toThrow(
      `Migration ${following('wrong')}, line ${line}: ${problem}.`,
    );
    expect(await readPostgresGuards(database.query)).toEqual([]);
  });

  test('shows no row of the database', async () => {
    const database = await withAgent();
    await database.query("UPDATE agents SET name = 'a secret'");
    const migrations = postgresMigrationsAnd({
      [following('twice')]: "INSERT INTO agents (name, created_at) VALUES ('A SECRET', 1750000000000);",
    });
    const error: unknown = await database.migrate({ migrations }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'migration.failed' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)).toLowerCase()).not.toContain('a secret');
    expect(error instanceof Error && error.cause).not.toHaveProperty('detail', expect.anything());
  });
});
