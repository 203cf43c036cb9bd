import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@iron/test-postgres';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { ADVISORY_LOCKS_HERE } from '../advisory-locks.fixture.ts';
import { emptyDatabase, migratedDatabase, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { applyPostgresMigrations } from '../migrations/apply-postgres-migrations.ts';
import { locationOf } from '../migrations/postgres-migrations.fixture.ts';
import { transactionPooler } from '../maintenance/transaction-pooler.fixture.ts';
import { ask } from '../notes.fixture.ts';
import { checkSeededPostgresDatabase } from './check-seeded-postgres-database.ts';
import { inspectPostgresDatabase, inspectPostgresTable } from './inspect-postgres-database.ts';
import { postgresDatabaseStatus } from './postgres-database-status.ts';
import { seededDatabase } from './seeded-database.fixture.ts';
import { verifyPostgresDatabase } from './verify-postgres-database.ts';

type Look = (location: PostgresLocation) => Promise<unknown>;

const verify = async (location: PostgresLocation) =>
  await verifyPostgresDatabase({ location, environment: 'development' });

const LOOKS: readonly (readonly [string, Look])[] = [
  ['status', postgresDatabaseStatus],
  ['verification', verify],
  ['check of the development data', checkSeededPostgresDatabase],
  ['inspection', inspectPostgresDatabase],
  ['inspection of a table', async (location) => await inspectPostgresTable({ location, table: 'users', limit: 1 })],
];

/** All that there is in the database, and who is in it. */
async function contents({ ask: query }: Pick<PostgresOfTest, 'ask'>): Promise<unknown> {
  return await query(
    `SELECT schema_to_xml('public', true, false, '')::text AS rows, schema_to_xmlschema('public', true, false, '')::text,
       (SELECT array_agg(nspname::text ORDER BY 1) FROM pg_namespace) AS schemas,
       (SELECT array_agg(relname::text || relfilenode ORDER BY 1) FROM pg_class) AS files,
       (SELECT count(*) FROM (${ADVISORY_LOCKS_HERE}) AS l WHERE pid <> pg_backend_pid()) AS locks`,
  );
}

describe.each(LOOKS)('a %s', (_, look) => {
  test('leaves the database as it is', async () => {
    const database = await seededDatabase();
    const before = await contents(database);

    await look(database.location);

    expect(await contents(database)).toEqual(before);
  });

  test('waits for nobody who writes', async () => {
    const database = await seededDatabase();
    const writer = new Client({ connectionString: database.url });
    await writer.connect();
    try {
      await writer.query("BEGIN; UPDATE users SET name = 'x'; DELETE FROM token_usage");
      await expect(look(database.location)).resolves.toBeDefined();
      await writer.query('COMMIT');
    } finally {
      await writer.end();
    }
  });

  test('leaves nothing in the connection of a pooler', async () => {
    const database = await seededDatabase();
    const pooled = await transactionPooler(database.url, { connections: 1 });
    const settings = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name";
    const before = await ask(pooled, settings);

    await look(locationOf(pooled));

    expect(await ask(pooled, settings)).toEqual(before);
    expect(await ask(pooled, 'SELECT name FROM pg_prepared_statements')).toEqual([]);
  });

  test('is refused where another program has its tables, and where there is no database', async () => {
    const foreign = await emptyDatabase();
    await foreign.ask('CREATE TABLE theirs (id bigint); SELECT 1');

    expect((await refusalOf(look(foreign.location))).code).toBe('database.not_iron');
    const missing = { ...foreign.location, database: 'iron_test_no_such_database' };
    expect((await refusalOf(look(missing))).code).toBe('database.missing');
  });
});

test('everything that is shown of a database of a standby is what its primary shows', async () => {
  await using server = await startPostgres({ settings: { wal_level: 'replica' } });
  const location = locationOf(server.url);
  await applyPostgresMigrations({ location }, {});
  const shown = async () => [
    { ...(await postgresDatabaseStatus(location)), holders: [] },
    await verify(location),
    await checkSeededPostgresDatabase(location),
    await inspectPostgresDatabase(location),
  ];
  const onPrimary = await shown();

  await server.stop();
  writeFileSync(join(server.directory, 'data', 'standby.signal'), '');
  await server.start();

  expect(await ask(server.url, 'SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: true }]);
  expect(await shown()).toEqual(onPrimary);
});

test('a table that is kept from everybody is waited for, but not for ever', async () => {
  const database = await migratedDatabase();
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  try {
    await owner.query('BEGIN; LOCK TABLE users');
    const refusal = await refusalOf(inspectPostgresDatabase(database.location));
    expect(refusal.code).toBe('database.busy');
  } finally {
    await owner.end();
  }
});
