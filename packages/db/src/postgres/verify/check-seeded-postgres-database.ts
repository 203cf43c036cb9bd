import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { MigrationsPendingError } from '../../migrations/migration-errors.ts';
import { checkSeed, type SeedDrift } from '../../seed/check-seed.ts';
import { workThrough } from '../../work/work.ts';
import { examineSchema, requireIronSchema } from '../maintenance/present-schema.ts';
import { lookTwice } from '../look-twice.ts';
import { type BuiltStructures, readBuiltStructures, readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import { lookAtPostgres, type PostgresLook } from './look-at-postgres.ts';

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
    const structures = await readBuiltStructures(look);
    const check = async () => ({ path: look.name, drift: await checkMigrated(look, structures) });
    return await lookTwice(
      async () => await look.atOneMoment(check),
      () => false,
    );
  });
}

async function checkMigrated(look: PostgresLook, structures: BuiltStructures | undefined): Promise<SeedDrift[]> {
  requireIronSchema(look.name, await examineSchema(look.query));
  const { pending, problem } = await readPostgresOutlook(look, structures);
  if (problem) throw problem;
  if (pending.length > 0) throw new MigrationsPendingError(look.name, pending);
  return await workThrough(checkSeed(look.queries));
}
