import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { following, FIRST_LINE } from '../../migrations/migration-files.fixture.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { emptyDatabase, migratedEmptyDatabase } from './empty-database.fixture.ts';
import { postgresMigrations, postgresMigrationsAnd } from './postgres-migrations.fixture.ts';

const pidOf = async (query: PostgresQuery) => Number((await query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']);

const MOMENT = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;

test('says who has the database as a whole, and since when, when that takes longer than it waits', async () => {
  const database = await emptyDatabase();
  const other = await database.connect();
  await other("SET application_name = 'the other one'; SELECT pg_advisory_lock(1232236398, 2)");
  const pid = await pidOf(other);

  const migrating = database.migrate({ waitMs: 200 });

  await expect(migrating).rejects.toMatchObject({ code: 'database.in_use', holders: [{ pid }] });
  await expect(migrating).rejects.toThrow(
    new RegExp(`is in use by PostgreSQL's process ${pid} \\(the other one at 127.0.0.1, since ${MOMENT}\\)\\.$`),
  );
  await other('SELECT pg_advisory_unlock(1232236398, 2)');
  expect((await database.migrate()).applied).toHaveLength(postgresMigrations().length);
});

test('a database with nothing pending is not waited for', async () => {
  const database = await migratedEmptyDatabase();
  const other = await database.connect();
  await other('SELECT pg_advisory_lock(1232236398, 2)');
  expect((await database.migrate({ waitMs: 1 })).applied).toEqual([]);
});

const CHANGES_AGENTS = postgresMigrationsAnd({
  [following('agents')]: 'CREATE TABLE before_it (x bigint);\nALTER TABLE agents ADD extra text;',
});

test('gives up before long behind a stuck reader, says who that is, and is applied when the reader is gone', async () => {
  const database = await migratedEmptyDatabase();
  const before = await database.contents();
  const reader = await database.connect();
  await reader("SET application_name = 'stuck'; BEGIN; SELECT count(*) FROM agents");
  const pid = await pidOf(reader);

  const migrating = database.migrate({ migrations: CHANGES_AGENTS, lockTimeoutMs: 600 });

  await expect(migrating).rejects.toMatchObject({
    code: 'migration.blocked',
    holders: [{ pid, applicationName: 'stuck' }],
  });
  await expect(migrating).rejects.toThrow(
    new RegExp(
      `^Migration ${following('agents')}, line ${FIRST_LINE + 1}, was rolled back: for 0.6 seconds ` +
        `the server's process ${pid} \\(stuck, from 127.0.0.1, since ${MOMENT}\\) was in its way.$`,
    ),
  );
  expect(await database.contents()).toEqual(before);
  await reader('COMMIT');
  expect((await database.migrate({ migrations: CHANGES_AGENTS })).applied).toEqual([following('agents')]);
});

const WAITING = `SELECT FROM pg_locks
  WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

test('waits for whoever writes, and says who does not come to an end', async () => {
  const database = await migratedEmptyDatabase();
  const writer = await database.connect();
  await writer("SET application_name = 'writer'; BEGIN; SELECT pg_advisory_xact_lock_shared(1232236398, 1)");

  await expect(database.migrate({ migrations: CHANGES_AGENTS, lockTimeoutMs: 600 })).rejects.toThrow(
    /^The migration was rolled back: for 0\.6 seconds the server's process \d+ \(writer, /,
  );

  const migrating = database.migrate({ migrations: CHANGES_AGENTS });
  await expect.poll(async () => await database.query(WAITING)).toHaveLength(1);
  await writer("INSERT INTO agents (name, created_at) VALUES ('last', 1750000000000); COMMIT");
  expect((await migrating).applied).toEqual([following('agents')]);
  expect(await database.query('SELECT name, extra FROM agents')).toEqual([{ name: 'last', extra: null }]);
});

test('keeps every other writer out while a migration runs', async () => {
  const database = await migratedEmptyDatabase();
  const writer = await database.connect();
  const migrations = postgresMigrationsAnd({
    [following('slow')]: 'CREATE TABLE slow AS SELECT 1::bigint AS x FROM (SELECT pg_sleep(1)) AS s;',
  });
  const migrating = database.migrate({ migrations });
  const isMigrating =
    "SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE slow%' AND state = 'active' AND backend_xid IS NOT NULL AND datname = current_database() AND EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = pg_stat_activity.pid AND l.locktype = 'advisory' AND l.objid = 1)";
  while ((await database.query(isMigrating)).length === 0) await sleep(5);
  const [free] = await writer('SELECT pg_try_advisory_lock_shared(1232236398, 1) AS free');
  expect(free).toEqual({ free: false });
  expect((await migrating).applied).toEqual([following('slow')]);
});
