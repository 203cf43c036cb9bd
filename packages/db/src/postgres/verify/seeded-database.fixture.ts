import { onTestFinished } from 'vitest';
import type { Environment } from '../../connection/environment.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { seedDatabase } from '../../seed/seed-database.ts';
import type { VerifyCheck } from '../../verify/verify-report.ts';
import { databaseOfTest, migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { applyPostgresMigrations } from '../migrations/apply-postgres-migrations.ts';
import { locationOf, postgresMigrations } from '../migrations/postgres-migrations.fixture.ts';
import { openPostgres } from '../notes.fixture.ts';
import { verifyPostgresDatabase } from './verify-postgres-database.ts';

/** A migrated database with the development data, to the end of the test. */
export async function seededDatabase(): Promise<PostgresOfTest> {
  const database = await migratedDatabase();
  await using opened = await openPostgres(database.url);
  await seedDatabase(opened, { now: () => NOW });
  return database;
}

/** A database with the first migration alone. */
export async function firstDatabase(): Promise<PostgresOfTest> {
  return await databaseOfTest('first', async (url) => {
    await applyPostgresMigrations({ location: locationOf(url) }, { migrations: postgresMigrations(1), now: () => NOW });
  });
}

/** Where it is for a user who may read its tables and nothing else, to the end of the test. */
export async function asReader(database: PostgresOfTest): Promise<PostgresLocation> {
  const { url } = database;
  const role = `${new URL(url).pathname.slice(1)}_reader`;
  await database.ask(
    `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; SELECT 1`,
  );
  onTestFinished(async () => void (await database.ask(`DROP OWNED BY ${role}; DROP ROLE ${role}; SELECT 1`)));
  const asRole = new URL(url);
  asRole.username = role;
  asRole.password = 'x';
  return locationOf(asRole.href);
}

/** What a verification finds, by check; checks without problems are left out. */
export async function findProblems(
  { location }: Pick<PostgresOfTest, 'location'>,
  environment: Environment = 'development',
): Promise<Partial<Record<VerifyCheck, readonly string[]>>> {
  const { checks } = await verifyPostgresDatabase({ location, environment });
  const failed = checks.filter(({ problems }) => problems.length > 0);
  return Object.fromEntries(failed.map(({ check, problems }) => [check, problems]));
}
