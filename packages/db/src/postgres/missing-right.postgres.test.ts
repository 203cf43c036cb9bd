import { expect, onTestFinished, test } from 'vitest';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { emptyDatabase, type PostgresOfTest } from './backup/backed-up.fixture.ts';
import { openPostgres } from './notes.fixture.ts';

/** The URL of the database for a user who may do what everybody may, to the end of the test. */
async function urlOfGuest({ url, location, ask }: PostgresOfTest): Promise<string> {
  const role = `${location.database}_guest`;
  await ask(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; SELECT 1`);
  onTestFinished(async () => void (await ask(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}; SELECT 1`)));
  return Object.assign(new URL(url), { username: role, password: 'x' }).href;
}

/** What the hint says to run is run. */
async function obey({ ask }: PostgresOfTest, hint = ''): Promise<string> {
  const sql = /GRANT .*;$/.exec(hint)?.[0] ?? '';
  await ask(`${sql} SELECT 1`);
  return sql.replaceAll(/iron_test_\w+?(_guest)?"/g, '…$1"');
}

test.each([
  ['a schema', 'CREATE SCHEMA mine', 'GRANT CREATE ON DATABASE "…" TO "…_guest";'],
  ['a table', 'CREATE TABLE mine (id bigint)', 'GRANT USAGE, CREATE ON SCHEMA "public" TO "…_guest";'],
])('who may not make %s is told the right that is missing, and with it may', async (_, sql, grant) => {
  const database = await emptyDatabase();
  await using opened = await openPostgres(await urlOfGuest(database));
  const make = async () => await opened.reader.statement(sql).run();

  const refusal = await refusalOf(make());

  expect(refusal).toMatchObject({ code: 'database.access_refused' });
  expect(await obey(database, refusal.hint)).toBe(grant);
  expect(await make()).toBe(0);
});

test('to whom a database is closed is told the right that is missing, and with it gets in', async () => {
  const database = await emptyDatabase();
  const url = await urlOfGuest(database);
  await database.ask(`REVOKE CONNECT ON DATABASE ${database.location.database} FROM PUBLIC; SELECT 1`);

  const refusal = await refusalOf(openPostgres(url));

  expect(refusal).toMatchObject({ code: 'database.access_refused' });
  expect(await obey(database, refusal.hint)).toBe('GRANT CONNECT ON DATABASE "…" TO "…_guest";');
  await (await openPostgres(url)).close();
});
