import type { MigrationMark } from '../../migrations/apply-migration.ts';
import { StructureDriftError } from '../../migrations/migration-errors.ts';
import type { Migration } from '../../migrations/read-migrations.ts';
import { requireNoLosses, type RowCensus } from '../../migrations/row-census.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { PlainConnection } from '../plain-connection.ts';
import { comparePostgresStructures } from '../structure/compare-postgres-structures.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { leavePostgresMark, runPostgresStatements } from './execute-postgres-migration.ts';
import type { BlockedWatch } from './migration-locks.ts';
import { takePostgresCensus } from './postgres-census.ts';

/**
 * Runs one migration and checks what it did: no row and no reference is lost, and the structure is the one that the same
 * migrations build from nothing. References that lead nowhere the server refuses by itself. The caller holds the
 * transaction, and rolls it back when this throws.
 *
 * @param census that of the database before it
 */
export async function applyPostgresMigration(
  { query, name, watch }: PlainConnection & { readonly watch: BlockedWatch },
  migration: Migration,
  mark: MigrationMark,
  census: RowCensus,
  expected: PostgresStructure | undefined,
): Promise<void> {
  await runPostgresStatements(async (sql, place) => await watch.run(place, async () => await query(sql)), migration);
  requireNoLosses(census, await takePostgresCensus(query), migration);
  await leavePostgresMark(query, migration, mark);
  if (!expected) return;
  const differences = comparePostgresStructures(expected, await readPostgresStructure(query, SCHEMA));
  if (differences.length > 0) throw new StructureDriftError(name, differences, migration.file);
}
