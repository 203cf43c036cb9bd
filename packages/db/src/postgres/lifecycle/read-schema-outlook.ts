import type { MigrationOutlook } from '../../migrations/migration-state.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { quoteName } from '../../structure/count-rows.ts';
import { queryOn, readFacts, rolledBack } from '../migrations/migration-connection.ts';
import { readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import { postgresStructures } from '../migrations/replay-postgres-migrations.ts';
import type { LifecycleConnection } from './lifecycle-connection.ts';

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
): Promise<MigrationOutlook> {
  const query = queryOn(client);
  const connection = { query, path };
  const structures = await postgresStructures(connection, await readFacts(connection), readMigrations('postgres'));
  return await rolledBack(
    query,
    `BEGIN; SET LOCAL search_path = ${quoteName(schema)}`,
    async () => await readPostgresOutlook({ name: path, query }, structures, schema),
  );
}
