import type { MigrationOutlook } from '../../migrations/migration-state.ts';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { readFacts } from '../migrations/connection-facts.ts';
import { readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import { postgresStructures } from '../migrations/replay-postgres-migrations.ts';
import { plainQuery, rolledBack } from '../plain-connection.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';

/**
 * Compares a schema beside Iron's own with the migration files. The connection is in no transaction.
 *
 * @param name what the problem is to name; default: the database
 * @throws {ForeignSchemaError} the schema is another program's
 */
export async function readSchemaOutlook(
  { client, ...lifecycle }: LifecycleConnection,
  schema: string,
  name: string = lifecycle.name,
): Promise<MigrationOutlook> {
  const connection = { name, query: plainQuery(client) };
  const structures = await postgresStructures(connection, await readFacts(connection), readMigrations('postgres'));
  return await rolledBack(
    connection.query,
    `BEGIN; SET LOCAL search_path = ${quoteName(schema)}`,
    async () => await readPostgresOutlook(connection, structures, schema),
  );
}
