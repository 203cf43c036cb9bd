import { type IronError, isIronError } from '@iron/errors';
import type Database from 'better-sqlite3';
import { readGuards } from './guard-table.ts';
import { type MigratedFile, planMigrations } from './migration-plan.ts';
import { migrationFiles } from './read-migrations.ts';

/** A guard in the database. */
export interface MigrationState {
  readonly number: number;
  /** The migration's file, or `null` where this Iron has none of that number. */
  readonly file: string | null;
  /** Milliseconds since the epoch, or `null` where the guard has no row. */
  readonly appliedAt: number | null;
}

interface MigrationOutlook {
  readonly applied: readonly MigrationState[];
  /** Migration files that the database lacks; none where there is a problem. */
  readonly pending: readonly string[];
  /** Why the database cannot be migrated as it is. */
  readonly problem: IronError | null;
}

/** {@link planMigrations} for who only looks: what it would refuse is a part of the answer. */
export function readMigrationState(database: MigratedFile): MigrationOutlook {
  try {
    const { applied, pending } = planMigrations(database);
    return { applied, pending: pending.map((migration) => migration.file), problem: null };
  } catch (error) {
    if (!isIronError(error)) throw error;
    return { applied: listGuards(database.connection), pending: [], problem: error };
  }
}

function listGuards(connection: Database.Database): MigrationState[] {
  const files = migrationFiles();
  return readGuards(connection).map(({ number, appliedAt = null }) => ({
    number,
    file: files.get(number) ?? null,
    appliedAt,
  }));
}
