import { isIronError } from '@iron/errors';
import { judgeState } from '../../migrations/judge-state.ts';
import { type MigrationOutlook, outlookOf } from '../../migrations/migration-state.ts';
import { type Migration, readMigrations } from '../../migrations/read-migrations.ts';
import { findPostgresState, withExpected } from '../migrations/find-postgres-state.ts';
import { readFacts } from '../migrations/migration-connection.ts';
import { postgresStructures } from '../migrations/replay-postgres-migrations.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import type { PostgresLook } from './look-at-postgres.ts';

/** What the migrations build on a server. */
export type BuiltStructures = readonly PostgresStructure[];

/**
 * What the migrations build on this server: they are run in a transaction that is rolled back. The connection is in none.
 *
 * @returns `undefined` on a standby, for a user who may not make a schema, and where a migration file cannot be used
 */
export async function buildStructures({ name, query }: PostgresLook): Promise<BuiltStructures | undefined> {
  const connection = { path: name, query };
  const facts = await readFacts(connection);
  const migrations = usableMigrations();
  if (facts.isReadOnly || !facts.mayCreateSchema || !migrations) return undefined;
  return await postgresStructures(connection, facts, migrations);
}

/**
 * What the database has of the migrations and what it lacks. Part of a moment.
 *
 * @param structures without them the guards alone are judged
 * @throws {ForeignSchemaError} the schema is another program's
 */
export async function readPostgresOutlook(
  { name, query }: PostgresLook,
  structures: BuiltStructures | undefined,
): Promise<MigrationOutlook> {
  const found = await findPostgresState({ path: name, query });
  return outlookOf(
    () => judgeState(withExpected(found, structures), readMigrations('postgres')),
    () => found.guards,
  );
}

/** What is wrong with them is said by the outlook. */
function usableMigrations(): readonly Migration[] | undefined {
  try {
    return readMigrations('postgres');
  } catch (error) {
    if (isIronError(error)) return undefined;
    throw error;
  }
}
