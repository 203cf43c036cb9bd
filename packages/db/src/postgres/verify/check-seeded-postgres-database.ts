import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { MigrationsPendingError } from '../../migrations/migration-errors.ts';
import { checkSeed, type SeedDrift } from '../../seed/check-seed.ts';
import { workThrough } from '../../work/work.ts';
import { examineSchema, requireIronSchema } from '../lifecycle/present-schema.ts';
import { buildStructures, readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import { lookAtPostgres } from './look-at-postgres.ts';

/**
 * What of the development data in a database of a server is missing or was changed. Reads only.
 *
 * @throws {DatabaseMissingError | DatabaseUnreachableError | DatabaseAccessRefusedError} it cannot be reached
 * @throws {ForeignSchemaError} another program keeps tables there, and Iron none
 * @throws {MigrationsPendingError} it lacks migrations
 */
export async function checkSeededPostgresDatabase(
  location: PostgresLocation,
): Promise<{ readonly path: string; readonly drift: readonly SeedDrift[] }> {
  return await lookAtPostgres(location, async (look) => {
    const structures = await buildStructures(look);
    return await look.atOneMoment(async () => {
      requireIronSchema(look.name, await examineSchema(look.query));
      const { pending, problem } = await readPostgresOutlook(look, structures);
      if (problem) throw problem;
      if (pending.length > 0) throw new MigrationsPendingError(look.name, pending);
      return { path: look.name, drift: await workThrough(checkSeed(look.queries)) };
    });
  });
}
