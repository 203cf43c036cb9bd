import type { MigrationPlan } from '../../migrations/judge-state.ts';
import { judgeState } from '../../migrations/judge-state.ts';
import { MigrationsPendingError } from '../../migrations/migration-errors.ts';
import { type Migration, readMigrations } from '../../migrations/read-migrations.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { lookTwice } from '../look-twice.ts';
import { connectPlainly, type PlainConnection, rolledBack } from '../plain-connection.ts';
import type { PostgresDatabase } from '../postgres-database.ts';
import { findPostgresState, withExpected } from './find-postgres-state.ts';
import { type ConnectionFacts, readFacts } from './connection-facts.ts';
import { LOCK_TIMEOUT_MS } from './migration-locks.ts';
import { structuresIfAllowed } from './replay-postgres-migrations.ts';

/** What of a database the runner needs: where it is. It makes connections of its own. */
export type MigratedServer = Pick<PostgresDatabase, 'location'>;

/**
 * Compares a database with the migration files, and refuses what cannot be migrated safely. It locks nothing. A user who
 * may not create a schema is told by the guards alone.
 *
 * @throws {ForeignSchemaError} another program's schema
 * @throws {DatabaseNewerError} a newer Iron migrated it
 * @throws {MigrationEditedError} an applied file has changed since
 * @throws {MigrationOutOfOrderError} a pending file comes before an applied one
 * @throws {PartialMigrationError} guards and tables do not fit together
 * @throws {StructureDriftError} the tables are not what the applied migrations build
 * @throws {IronError} the server cannot be reached, or refuses this user
 */
export async function planPostgresMigrations(
  { location }: MigratedServer,
  migrations: readonly Migration[] = readMigrations('postgres'),
): Promise<MigrationPlan> {
  try {
    await using connection = await connectPlainly(location);
    return await planOver(connection, await readFacts(connection), migrations);
  } catch (error) {
    throw explainPostgresError(error, { location, giveUpAfterMs: LOCK_TIMEOUT_MS });
  }
}

/** @throws {MigrationsPendingError} the database lacks migrations; else see {@link planPostgresMigrations} */
export async function requirePostgresMigrated(
  database: MigratedServer & Pick<PostgresDatabase, 'path'>,
  migrations?: readonly Migration[],
): Promise<void> {
  const plan = await planPostgresMigrations(database, migrations);
  const pending = plan.pending.map(({ file }) => file);
  if (pending.length > 0) throw new MigrationsPendingError(database.path, pending);
}

const AT_ONE_MOMENT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** The plan by way of a connection that is in no transaction. */
export async function planOver(
  connection: PlainConnection,
  facts: ConnectionFacts,
  migrations: readonly Migration[],
): Promise<MigrationPlan> {
  const structures = await structuresIfAllowed(connection, facts, migrations);
  const look = async () => {
    const found = await rolledBack(connection.query, AT_ONE_MOMENT, () => findPostgresState(connection));
    return judgeState(withExpected(found, structures), migrations);
  };
  return await lookTwice(look, () => false); // what is suspicious, it has thrown
}
