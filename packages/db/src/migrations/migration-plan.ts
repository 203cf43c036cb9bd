import type Database from 'better-sqlite3';
import { readIdentity, requireIron } from '../connection/identity.ts';
import { compareStructures } from '../structure/compare-structures.ts';
import { omitTables, readStructure } from '../structure/read-structure.ts';
import { type Guard, guardTableName, isGuardTable, readGuards } from './guard-table.ts';
import {
  DatabaseNewerError,
  MigrationEditedError,
  MigrationOutOfOrderError,
  MigrationsPendingError,
  PartialMigrationError,
  StructureDriftError,
} from './migration-errors.ts';
import { type Migration, readMigrations } from './read-migrations.ts';
import { structureAfter } from './replay-migrations.ts';
import { tableNames } from '../structure/count-rows.ts';

/** A migration that the database has. */
export interface AppliedMigration {
  readonly number: number;
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly appliedAt: number;
}

/** What a database has of the migrations, and what it lacks. */
export interface MigrationPlan {
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly Migration[];
}

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
  const { connection, path } = database;
  requireIron(connection, path);
  const plan = matchGuards(database, migrations);
  const expected = structureAfter(migrations, plan.applied.length);
  const differences = compareStructures(expected, readStructure(connection));
  if (differences.length > 0) {
    requireGuards(database, migrations);
    throw new StructureDriftError(path, differences);
  }
  return plan;
}

/** @throws {MigrationsPendingError} the database lacks migrations; else see {@link planMigrations} */
export function requireMigrated(database: MigratedFile, migrations?: readonly Migration[]): void {
  const pending = planMigrations(database, migrations).pending.map(({ file }) => file);
  if (pending.length > 0) throw new MigrationsPendingError(database.path, pending);
}

/** {@link planMigrations} by the guards alone, for a run that has compared the structure already. */
export function matchGuards(database: MigratedFile, migrations: readonly Migration[]): MigrationPlan {
  const guards = readGuards(database.connection);
  const applied = guards.map((guard) => findApplied(guard, migrations, database.path));
  requireWhole(database, guards, migrations);
  requireInOrder(database, guards, migrations);
  return { applied, pending: migrations.slice(applied.length) };
}

function findApplied(guard: Guard, migrations: readonly Migration[], path: string): AppliedMigration {
  const { number, appliedAt = 0, checksum } = guard;
  const migration = migrations.find((candidate) => candidate.number === number);
  if (!migration) throw new DatabaseNewerError(number, path);
  if (checksum !== undefined && checksum !== migration.checksum) throw new MigrationEditedError(migration.file, path);
  return { number, file: migration.file, appliedAt };
}

/** Every guard stands with the tables of its migration, and every table with its guard. */
function requireWhole(
  { connection, path }: MigratedFile,
  guards: readonly Guard[],
  migrations: readonly Migration[],
): void {
  const present = new Set(tableNames(connection));
  const guarded = new Set(guards.map((guard) => guard.number));
  const newest = migrations.findLastIndex(({ number }) => guarded.has(number));
  const expected = new Set(structureAfter(migrations, newest + 1).tables.map(({ name }) => name));
  const empty = guards.filter((guard) => guard.appliedAt === undefined);
  const findings = empty.map((guard) => `guard ${guardTableName(guard.number)} has no row with a time and a checksum`);
  for (const [table, { number }] of tableOrigins(migrations)) {
    const guard = guardTableName(number);
    if (guarded.has(number) && expected.has(table) && !present.has(table))
      findings.push(`guard ${guard} is there, but table ${table} is missing`);
    if (!guarded.has(number) && present.has(table))
      findings.push(`table ${table} is there, but guard ${guard} is missing`);
  }
  if (present.has('_iron') && !readIdentity(connection)) findings.push('table _iron has lost its row');
  if (findings.length > 0) throw new PartialMigrationError(path, findings);
}

/** Which migration makes each table. */
function tableOrigins(migrations: readonly Migration[]): Map<string, Migration> {
  const origins = new Map<string, Migration>();
  for (const [index, migration] of migrations.entries()) {
    for (const { name } of structureAfter(migrations, index + 1).tables) {
      if (!isGuardTable(name) && !origins.has(name)) origins.set(name, migration);
    }
  }
  return origins;
}

function requireInOrder(database: MigratedFile, guards: readonly Guard[], migrations: readonly Migration[]): void {
  const newest = guards.at(-1)?.number ?? 0;
  const skipped = migrations.find(
    (migration, index) => migration.number < newest && guards[index]?.number !== migration.number,
  );
  if (!skipped) return;
  requireGuards(database, migrations);
  throw new MigrationOutOfOrderError(skipped.file, newest, database.path);
}

/** A migration that makes no table may lack nothing but its guard. Then the rest is as it and those before it build it. */
function requireGuards({ connection, path }: MigratedFile, migrations: readonly Migration[]): void {
  const built = omitTables(readStructure(connection), isGuardTable);
  const last = migrations.findIndex((_, index) => {
    const expected = omitTables(structureAfter(migrations, index + 1), isGuardTable);
    return compareStructures(expected, built).length === 0;
  });
  const guarded = new Set(readGuards(connection).map((guard) => guard.number));
  const findings = migrations
    .slice(0, last + 1)
    .filter(({ number }) => !guarded.has(number))
    .map(({ number, file }) => `what ${file} does is there, but guard ${guardTableName(number)} is missing`);
  if (findings.length > 0) throw new PartialMigrationError(path, findings);
}
