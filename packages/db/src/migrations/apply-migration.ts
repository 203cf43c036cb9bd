import type Database from 'better-sqlite3';
import type { Environment } from '../connection/environment.ts';
import { writeIdentity } from '../connection/identity.ts';
import { compareStructures } from '../structure/compare-structures.ts';
import { readStructure } from '../structure/read-structure.ts';
import { writeGuard } from './guard-table.ts';
import { MigrationFailedError, MigrationLosesDataError, StructureDriftError } from './migration-errors.ts';
import type { Migration } from './read-migrations.ts';
import { newViolations, referenceViolations } from './reference-violations.ts';
import { requireNoLosses, takeCensus } from './row-census.ts';
import { splitStatements } from './split-statements.ts';

/** What a migration's transaction records besides the migration's own statements. */
export interface MigrationMark {
  readonly environment: Environment;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Runs the statements of one migration and leaves its guard. The caller holds the transaction. */
export function executeMigration(connection: Database.Database, migration: Migration, mark: MigrationMark): void {
  runStatements(connection, migration);
  leaveMark(connection, migration, mark);
}

function runStatements(connection: Database.Database, migration: Migration): void {
  for (const { sql, line } of splitStatements(migration.sql)) {
    try {
      connection.exec(sql);
    } catch (error) {
      throw error instanceof Error ? new MigrationFailedError(migration.file, line, error) : error;
    }
  }
}

function leaveMark(connection: Database.Database, migration: Migration, mark: MigrationMark): void {
  writeGuard(connection, migration, mark.now);
  writeIdentity(connection, mark.environment, mark.now);
}

/**
 * Runs one migration and checks what it did: no row and no reference is lost, no reference is broken, and the
 * structure is the one that the same migrations build from nothing. The caller holds the transaction, with foreign
 * keys off, and rolls it back when this throws.
 */
export function applyMigration(
  connection: Database.Database,
  migration: Migration,
  mark: MigrationMark,
  expected: ReturnType<typeof readStructure>,
): void {
  const censusBefore = takeCensus(connection);
  const violationsBefore = referenceViolations(connection);
  runStatements(connection, migration);
  requireNoLosses(censusBefore, takeCensus(connection), migration);
  const broken = newViolations(violationsBefore, referenceViolations(connection));
  if (broken.length > 0) {
    throw new MigrationLosesDataError(migration.file, broken, 'Mend the migration: what is referred to must exist.');
  }
  leaveMark(connection, migration, mark);
  const differences = compareStructures(expected, readStructure(connection));
  if (differences.length > 0) throw new StructureDriftError(connection.name, differences, migration.file);
}
