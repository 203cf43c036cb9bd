import type Database from 'better-sqlite3';
import { readIdentity, requireIron } from '../connection/identity.ts';
import { compareStructures } from '../structure/compare-structures.ts';
import { tableNames } from '../structure/count-rows.ts';
import { omitTables, readStructure } from '../structure/read-structure.ts';
import { isGuardTable, readGuards } from './guard-table.ts';
import { type FoundState, judgeGuards, judgeState, type MigrationPlan } from './judge-state.ts';
import { MigrationsPendingError } from './migration-errors.ts';
import { type Migration, readMigrations } from './read-migrations.ts';
import { structureAfter } from './replay-migrations.ts';

/** A database and where it is: `:memory:`, or the path that errors are to name. */
export interface MigratedFile {
  readonly connection: Database.Database;
  readonly path: string;
}

/**
 * Compares the database with the migration files, and refuses what cannot be migrated safely.
 *
 * @throws {NotIronError} another program's database
 * @throws {DatabaseNewerError} a newer Iron migrated it
 * @throws {MigrationEditedError} an applied file has changed since
 * @throws {MigrationOutOfOrderError} a pending file comes before an applied one
 * @throws {PartialMigrationError} guards and tables do not fit together
 * @throws {StructureDriftError} the tables are not what the applied migrations build
 */
export function planMigrations(
  database: MigratedFile,
  migrations: readonly Migration[] = readMigrations(),
): MigrationPlan {
  requireIron(database.connection, database.path);
  return judgeState(findState(database, migrations), migrations);
}

/** @throws {MigrationsPendingError} the database lacks migrations; else see {@link planMigrations} */
export function requireMigrated(database: MigratedFile, migrations?: readonly Migration[]): void {
  const pending = planMigrations(database, migrations).pending.map(({ file }) => file);
  if (pending.length > 0) throw new MigrationsPendingError(database.path, pending);
}

/** {@link planMigrations} by the guards alone, for a run that has compared the structure already. */
export function matchGuards(database: MigratedFile, migrations: readonly Migration[]): MigrationPlan {
  return judgeGuards(findState(database, migrations), migrations);
}

function findState({ connection, path }: MigratedFile, migrations: readonly Migration[]): FoundState {
  const tables = new Set(tableNames(connection));
  const after = (count: number) => structureAfter(migrations, count);
  return {
    path,
    guards: readGuards(connection),
    tables,
    hasLostIdentity: tables.has('_iron') && !readIdentity(connection),
    expected: {
      tablesAfter: (count) => after(count).tables.map(({ name }) => name),
      differencesAfter: (count) => compareStructures(after(count), readStructure(connection)),
      differencesWithoutGuards: (count) =>
        compareStructures(omitTables(after(count), isGuardTable), omitTables(readStructure(connection), isGuardTable)),
    },
  };
}
