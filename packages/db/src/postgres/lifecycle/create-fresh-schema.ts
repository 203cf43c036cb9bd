import type { FreshDatabaseOptions, FreshDatabaseReport } from '../../lifecycle/fresh-database.ts';
import { BuildFailedError } from '../../lifecycle/lifecycle-errors.ts';
import { type Migration, readMigrations } from '../../migrations/read-migrations.ts';
import { checkSeed, type SeedDrift } from '../../seed/check-seed.ts';
import { putSeedIn } from '../../seed/seed-database.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { workThrough } from '../../work/work.ts';
import { leavePostgresMark, runPostgresStatements } from '../migrations/execute-postgres-migration.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { readSchemaOutlook } from './read-schema-outlook.ts';

/**
 * Makes a new database in `schema`, which is not there yet: migrated, seeded if asked for, and checked.
 *
 * @throws {BuildFailedError} it is not what the migrations and the seed are to make
 */
export async function createFreshSchema(
  connection: LifecycleConnection,
  schema: string,
  options: FreshDatabaseOptions,
): Promise<FreshDatabaseReport> {
  const { query, queries } = connection;
  const migrations = readMigrations('postgres');
  await query('BEGIN');
  await query(`CREATE SCHEMA ${quoteName(schema)}`);
  await query(`SET LOCAL search_path = ${quoteName(schema)}`);
  await query('SET LOCAL check_function_bodies = on');
  await migrate(connection, migrations, options);
  const seed = options.seed ? await workThrough(putSeedIn(queries, options.now())) : null;
  const drift = seed ? await workThrough(checkSeed(queries)) : [];
  await query('COMMIT');
  await requireWhole(connection, schema, drift);
  return { migrations: migrations.map(({ file }) => file), seed };
}

async function migrate(
  { query }: LifecycleConnection,
  migrations: readonly Migration[],
  { environment, now, onProgress }: FreshDatabaseOptions,
): Promise<void> {
  for (const [index, migration] of migrations.entries()) {
    await runPostgresStatements(async (sql) => await query(sql), migration);
    await leavePostgresMark(query, migration, { environment, now: now() });
    onProgress?.({ step: 'migrate', done: index + 1, total: migrations.length });
  }
}

async function requireWhole(
  connection: LifecycleConnection,
  schema: string,
  drift: readonly SeedDrift[],
): Promise<void> {
  const { pending, problem } = await readSchemaOutlook(connection, schema);
  const problems = [
    ...(problem ? [problem.message] : []),
    ...pending.map((file) => `${file} is not applied`),
    ...drift.map(({ message }) => message),
  ];
  if (problems.length > 0) throw new BuildFailedError(connection.name, problems);
}
