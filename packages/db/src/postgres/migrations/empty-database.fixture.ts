import { cloneDatabase, type CloneDatabaseOptions } from '@iron/test-postgres';
import { onTestFinished } from 'vitest';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { MigrationReport } from '../../migrations/migration-run.ts';
import { connectPlainly } from '../plain-connection.ts';
import { postgresName } from '../postgres-name.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { applyPostgresMigrations, type PostgresMigrationOptions } from './apply-postgres-migrations.ts';
import { locationOf, postgresMigrations } from './postgres-migrations.fixture.ts';

/** A database of one test, to the end of the test. */
export interface EmptyDatabase {
  readonly url: string;
  readonly location: PostgresLocation;
  /** What errors call it. */
  readonly path: string;
  readonly query: PostgresQuery;
  /** One more connection, to the end of the test. */
  connect(): Promise<PostgresQuery>;
  migrate(options?: PostgresMigrationOptions): Promise<MigrationReport>;
  /** All that there is, in words: what it is made of, and every row. */
  contents(): Promise<unknown>;
}

/** A database with nothing in it. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  return await copyOf({ key: 'empty', build: async () => {} });
}

/** A database with Iron's migrations, or the first `count` of them, and no row but those of its identity and guards. */
export async function migratedEmptyDatabase(count?: number): Promise<EmptyDatabase> {
  const migrations = postgresMigrations(count);
  return await copyOf({
    key: `migrated_${migrations.length}`,
    madeFrom: migrations.map(({ checksum }) => checksum),
    build: async (url) =>
      void (await applyPostgresMigrations({ location: locationOf(url) }, { migrations, now: () => MIGRATED_AT })),
  });
}

/** When those were migrated. */
export const MIGRATED_AT = 1_750_000_000_000;

async function copyOf(options: CloneDatabaseOptions): Promise<EmptyDatabase> {
  const clone = await cloneDatabase(options);
  onTestFinished(() => clone.drop());
  const { url } = clone;
  const location = locationOf(url);
  const connect = async (): Promise<PostgresQuery> => {
    const connection = await connectPlainly(location);
    onTestFinished(() => connection[Symbol.asyncDispose]());
    return connection.query;
  };
  const query = await connect();
  return {
    url,
    location,
    path: postgresName(location),
    query,
    connect,
    migrate: async (how = {}) => await applyPostgresMigrations({ location }, how),
    contents: async () =>
      await query(
        "SELECT schema_to_xml('public', true, false, '')::text AS rows, schema_to_xmlschema('public', true, false, '')::text AS tables",
      ),
  };
}
