import { type IronError, isIronError } from '@iron/errors';
import { judgeState } from '../../migrations/judge-state.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { quoteName } from '../../structure/count-rows.ts';
import { findPostgresState, withExpected } from '../migrations/find-postgres-state.ts';
import { queryOn, readFacts, rolledBack } from '../migrations/migration-connection.ts';
import { postgresStructures } from '../migrations/replay-postgres-migrations.ts';
import type { LifecycleConnection } from './lifecycle-connection.ts';

/** What is between a schema and the newest one. */
export interface SchemaOutlook {
  /** Whether any migration was applied. */
  readonly isMigrated: boolean;
  /** Migration files that it lacks; none where there is a problem. */
  readonly pending: readonly string[];
  /** Why it cannot be migrated as it is. */
  readonly problem: IronError | null;
}

/**
 * Compares a schema beside Iron's own with the migration files. The connection is in no transaction.
 *
 * @param path what the problem is to name; default: the database
 * @throws {ForeignSchemaError} the schema is another program's
 */
export async function readSchemaOutlook(
  { client, name }: LifecycleConnection,
  schema: string,
  path: string = name,
): Promise<SchemaOutlook> {
  const migrations = readMigrations('postgres');
  const query = queryOn(client);
  const connection = { query, path };
  const structures = await postgresStructures(connection, await readFacts(connection), migrations);
  const found = await rolledBack(
    query,
    `BEGIN; SET LOCAL search_path = ${quoteName(schema)}`,
    async () => await findPostgresState(connection, schema),
  );
  try {
    const { applied, pending } = judgeState(withExpected(found, structures), migrations);
    return { isMigrated: applied.length > 0, pending: pending.map(({ file }) => file), problem: null };
  } catch (error) {
    if (!isIronError(error)) throw error;
    return { isMigrated: true, pending: [], problem: error };
  }
}
