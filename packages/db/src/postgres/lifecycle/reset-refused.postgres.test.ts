import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { migratedDatabase, emptyDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { transactionPooler } from '../maintenance/transaction-pooler.fixture.ts';
import { resetPostgresDatabase, type PostgresResetOptions } from './reset-postgres-database.ts';

const reset = async (database: PostgresOfTest, options: Partial<PostgresResetOptions> = {}) =>
  await resetPostgresDatabase({ ...database, seed: true, environment: 'development', ...options });

/** All that there is, in words. */
async function contents({ ask }: PostgresOfTest): Promise<unknown> {
  return await ask(
    `SELECT schema_to_xml('public', true, false, '')::text AS rows, array(SELECT nspname::text FROM pg_namespace) AS schemas`,
  );
}

async function withUser(): Promise<PostgresOfTest> {
  const database = await migratedDatabase();
  await database.ask(
    `INSERT INTO users (id, username, role, created_at) VALUES ('u', 'old', 'admin', ${NOW}); SELECT 1`,
  );
  return database;
}

/** What is there, what it is refused with, and what the message says. */
const REFUSED: readonly [string, () => Promise<PostgresOfTest>, string, RegExp][] = [
  [
    'a database that is marked as one of production',
    async () => {
      const database = await withUser();
      await database.ask("UPDATE _iron SET environment = 'production'; SELECT 1");
      return database;
    },
    'lifecycle.production_refused',
    /^Iron does not reset in production: postgres:.* is marked as a production database\.$/,
  ],
  ...['DELETE FROM _iron', 'DROP TABLE _iron'].map((lost): (typeof REFUSED)[number] => [
    `one that may have been marked so, and of which nobody can tell: ${lost}`,
    async () => {
      const database = await withUser();
      await database.ask(`${lost}; SELECT 1`);
      return database;
    },
    'lifecycle.production_refused',
    /has lost the row that says whether it is a production database\.$/,
  ]),
  [
    'one in which another program keeps a table beside',
    async () => {
      const database = await withUser();
      await database.ask(
        `CREATE TABLE theirs (id bigint); INSERT INTO theirs VALUES (1); CREATE VIEW names AS SELECT username FROM users;
         CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM users; SELECT 1`,
      );
      return database;
    },
    'database.foreign_tables',
    /holds what Iron did not make: view names, table theirs, materialized view totals\.$/,
  ],
  [
    'one on whose tables something is built in another schema',
    async () => {
      const database = await withUser();
      await database.ask(
        `CREATE SCHEMA reporting; CREATE VIEW reporting.names AS SELECT username FROM users;
         CREATE TABLE reporting.notes (of text REFERENCES users (id)); SELECT 1`,
      );
      return database;
    },
    'database.depended_on',
    /something else is built on Iron's tables: table reporting\.notes, view reporting\.names\.$/,
  ],
  [
    'one of another program',
    async () => {
      const database = await emptyDatabase();
      await database.ask('CREATE TABLE theirs (id bigint); INSERT INTO theirs VALUES (1); SELECT 1');
      return database;
    },
    'database.not_iron',
    /is not one of Iron's: it holds table theirs\.$/,
  ],
];

describe('a reset of a PostgreSQL database refuses', () => {
  test.each(REFUSED)('%s, and leaves everything as it is', async (_, make, code, message) => {
    const database = await make();
    const before = await contents(database);

    const refused = await refusalOf(reset(database));

    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
    expect(await contents(database)).toEqual(before);
    expect(existsSync(`${database.folder}/backups`)).toBe(false);
  });

  test('production, whatever the database says and whether there is one', async () => {
    const database = await withUser();
    const before = await contents(database);
    const location = { ...database.location, database: 'iron_never_made' };

    for (const options of [{}, { location }]) {
      const refused = await refusalOf(reset(database, { ...options, environment: 'production' }));
      expect(refused.message).toMatch(/IRON_ENV is production/);
    }

    expect(await contents(database)).toEqual(before);
    expect(await database.ask("SELECT FROM pg_database WHERE datname = 'iron_never_made'")).toEqual([]);
  });

  test('a database that somebody is connected to, whom it names', async () => {
    const database = await withUser();
    const before = await contents(database);
    const client = new Client({ connectionString: database.url, application_name: 'gateway-7' });
    await client.connect();
    try {
      const refused = await refusalOf(reset(database));
      expect(refused.code).toBe('database.in_use');
      expect(refused.message).toMatch(/in use by PostgreSQL's process \d+ \(gateway-7 at /);
      const [row] = await database.ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'gateway-7'");
      expect(refused.hint).toContain(`SELECT pg_terminate_backend(${String(row?.['pid'])})`);
    } finally {
      await client.end();
    }
    expect(await contents(database)).toEqual(before);
    expect(existsSync(`${database.folder}/backups`)).toBe(false);
  });

  test('a pooler that gives each transaction another connection, and leaves nothing set in it', async () => {
    const database = await withUser();
    const before = await contents(database);
    const url = await transactionPooler(database.url, { connections: 1 });
    const location = parsePostgresUrl(url, process.cwd(), {});

    const refused = await refusalOf(reset(database, { location }));

    expect(refused.code).toBe('database.transaction_pooler');
    expect(await contents(database)).toEqual(before);
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      "SELECT name FROM pg_settings WHERE source = 'session' AND name <> 'application_name'",
    );
    expect(rows).toEqual([]);
    await client.end();
  });
});
