import { CopyUnfinishedError } from '../copy/copy-errors.ts';
import { UNFINISHED_TABLE } from '../copy/unfinished-table.ts';
import type { StructureDifference } from '../structure/compare-structures.ts';
import { type Guard, guardTableName, isGuardTable } from './guard-table.ts';
import {
  DatabaseNewerError,
  MigrationEditedError,
  MigrationOutOfOrderError,
  PartialMigrationError,
  StructureDriftError,
} from './migration-errors.ts';
import type { Migration } from './read-migrations.ts';

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

/** What was found in a database, of whichever engine, before it is judged. */
export interface FoundState {
  /** What errors call the database. */
  readonly path: string;
  /** By number. */
  readonly guards: readonly Guard[];
  readonly tables: ReadonlySet<string>;
  /** The table `_iron` is there, and its row is not. */
  readonly hasLostIdentity: boolean;
  /** What the migrations build; `undefined` where that cannot be found out here: then guards alone are judged. */
  readonly expected: ExpectedStructures | undefined;
}

/** What the first so many of the migrations build, and how the database differs from it. */
export interface ExpectedStructures {
  tablesAfter(count: number): readonly string[];
  differencesAfter(count: number): readonly StructureDifference[];
  /** The same without the guards, of the database and of what is expected. */
  differencesWithoutGuards(count: number): readonly StructureDifference[];
}

/**
 * Compares all that was found with the migration files.
 *
 * @throws {CopyUnfinishedError} somebody is copying to it, or was
 * @throws {DatabaseNewerError} a newer Iron migrated it
 * @throws {MigrationEditedError} an applied file has changed since
 * @throws {MigrationOutOfOrderError} a pending file comes before an applied one
 * @throws {PartialMigrationError} guards and tables do not fit together
 * @throws {StructureDriftError} the tables are not what the applied migrations build
 */
export function judgeState(found: FoundState, migrations: readonly Migration[]): MigrationPlan {
  if (found.tables.has(UNFINISHED_TABLE)) throw new CopyUnfinishedError(found.path);
  const plan = judgeGuards(found, migrations);
  const differences = found.expected?.differencesAfter(plan.applied.length) ?? [];
  if (differences.length > 0) {
    requireGuards(found, migrations);
    throw new StructureDriftError(found.path, differences);
  }
  return plan;
}

/** {@link judgeState} by the guards alone, for a run that has compared the structure already. */
export function judgeGuards(found: FoundState, migrations: readonly Migration[]): MigrationPlan {
  const applied = found.guards.map((guard) => findApplied(guard, migrations, found.path));
  requireWhole(found, migrations);
  requireInOrder(found, migrations);
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
function requireWhole(found: FoundState, migrations: readonly Migration[]): void {
  const { guards, path } = found;
  const empty = guards.filter((guard) => guard.appliedAt === undefined);
  const findings = empty.map((guard) => `guard ${guardTableName(guard.number)} has no row with a time and a checksum`);
  if (found.expected) findings.push(...findMissing(found, found.expected, migrations));
  if (found.hasLostIdentity) findings.push('table _iron has lost its row');
  if (findings.length > 0) throw new PartialMigrationError(path, findings);
}

function findMissing(
  { guards, tables }: FoundState,
  structures: ExpectedStructures,
  migrations: readonly Migration[],
): string[] {
  const guarded = new Set(guards.map((guard) => guard.number));
  const newest = migrations.findLastIndex(({ number }) => guarded.has(number));
  const expected = new Set(structures.tablesAfter(newest + 1));
  return [...tableOrigins(structures, migrations)].flatMap(([table, { number }]) => {
    const guard = guardTableName(number);
    if (guarded.has(number) && expected.has(table) && !tables.has(table))
      return [`guard ${guard} is there, but table ${table} is missing`];
    if (!guarded.has(number) && tables.has(table)) return [`table ${table} is there, but guard ${guard} is missing`];
    return [];
  });
}

/** Which migration makes each table. */
function tableOrigins(structures: ExpectedStructures, migrations: readonly Migration[]): Map<string, Migration> {
  const origins = new Map<string, Migration>();
  for (const [index, migration] of migrations.entries()) {
    for (const name of structures.tablesAfter(index + 1)) {
      if (!isGuardTable(name) && !origins.has(name)) origins.set(name, migration);
    }
  }
  return origins;
}

function requireInOrder(found: FoundState, migrations: readonly Migration[]): void {
  const { guards } = found;
  const newest = guards.at(-1)?.number ?? 0;
  const skipped = migrations.find(
    (migration, index) => migration.number < newest && guards[index]?.number !== migration.number,
  );
  if (!skipped) return;
  requireGuards(found, migrations);
  throw new MigrationOutOfOrderError(skipped.file, newest, found.path);
}

/** A migration that makes no table may lack nothing but its guard. Then the rest is as it and those before it build it. */
function requireGuards({ guards, path, expected }: FoundState, migrations: readonly Migration[]): void {
  const last = migrations.findIndex((_, index) => expected?.differencesWithoutGuards(index + 1).length === 0);
  const guarded = new Set(guards.map((guard) => guard.number));
  const findings = migrations
    .slice(0, last + 1)
    .filter(({ number }) => !guarded.has(number))
    .map(({ number, file }) => `what ${file} does is there, but guard ${guardTableName(number)} is missing`);
  if (findings.length > 0) throw new PartialMigrationError(path, findings);
}
