import { expect, onTestFinished, test } from 'vitest';
import { users } from '../schema/users.ts';
import { all } from '../work/queries.ts';
import { migratePostgresDatabase } from './lifecycle/migrate-postgres-database.ts';
import { LONG_AGO, oldDatabase, USERS } from './lifecycle/old-database.fixture.ts';
import { planPostgresMigrations } from './migrations/postgres-migration-plan.ts';
import { locationOf } from './migrations/postgres-migrations.fixture.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';

const IRONS = [{ username: 'ada' }, { username: 'bob' }];

test('neither a schema of the user’s own name nor a search path that is set for them leads to other tables', async () => {
  const database = await oldDatabase();
  const role = `iron_test_path_${process.pid}`;
  await database.ask(
    `CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'x'; CREATE SCHEMA ${role} AUTHORIZATION ${role};
     CREATE TABLE ${role}.users (LIKE public.users INCLUDING DEFAULTS); ALTER ROLE ${role} SET search_path = ${role}, pg_catalog;
     INSERT INTO ${role}.users (id, username, role, created_at) VALUES ('x', 'theirs', 'user', ${LONG_AGO}); SELECT 1`,
  );
  onTestFinished(async () => void (await database.ask(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}; SELECT 1`)));
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  const location = locationOf(url.href);

  await migratePostgresDatabase({ ...database, location, environment: 'development' });

  expect((await planPostgresMigrations({ location })).pending).toEqual([]);
  await using opened = await openPostgresDatabase(location);
  const names = { username: users.username };
  expect(await opened.read((tx) => all(tx.select(names).from(users).orderBy(users.username)))).toEqual(IRONS);
  expect(await opened.atOneMoment((tx) => all(tx.select(names).from(users).orderBy(users.username)))).toEqual(IRONS);
  expect(await opened.write((tx) => all(tx.select(names).from(users).orderBy(users.username)))).toEqual(IRONS);
  expect(await database.ask(USERS)).toEqual(IRONS);
  expect(await database.ask(`SELECT username FROM ${role}.users`)).toEqual([{ username: 'theirs' }]);
});
