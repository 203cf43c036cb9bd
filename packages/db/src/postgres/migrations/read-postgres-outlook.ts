import { isIronError } from '@iron/errors';
import { judgeState } from '../../migrations/judge-state.ts';
import { type MigrationOutlook, outlookOf } from '../../migrations/migration-state.ts';
import { type Migration, readMigrations } from '../../migrations/read-migrations.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { PlainConnection } from '../plain-connection.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { findPostgresState, withExpected } from './find-postgres-state.ts';
import { readFacts } from './connection-facts.ts';
import { structuresIfAllowed } from './replay-postgres-migrations.ts';

/** What the migrations build on a server. */
export type BuiltStructures = readonly PostgresStructure[];

/**
 * What the migrations build on this server: they are run in a transaction that is rolled back. The connection is in none.
 *
 * @returns `undefined` on a standby, for a user who may not make a schema, and where a migration file cannot be used
 */
export async function readBuiltStructures(connection: PlainConnection): Promise<BuiltStructures | undefined> {
  const facts = await readFacts(connection);
  const migrations = usableMigrations();
  return migrations && (await structuresIfAllowed(connection, facts, migrations));
}

/**
 * What a schema has of the migrations and what it lacks. The caller holds the transaction, and its search path leads there.
 *
 * @param structures without them the guards alone are judged
 * @throws {ForeignSchemaError} the schema is another program's
 */
export async function readPostgresOutlook(
  connection: PlainConnection,
  structures: BuiltStructures | undefined,
  schema: string = SCHEMA,
): Promise<MigrationOutlook> {
  const found = await findPostgresState(connection, schema);
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
