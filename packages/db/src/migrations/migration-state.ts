import { type IronError, isIronError } from '@iron/errors';
import { type Guard, readGuards } from './guard-table.ts';
import type { MigrationPlan } from './judge-state.ts';
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

/** What became of a plan for who only looks. */
export interface MigrationOutlook {
  readonly applied: readonly MigrationState[];
  /** Migration files that the database lacks; none where there is a problem. */
  readonly pending: readonly string[];
  /** Why the database cannot be migrated as it is. */
  readonly problem: IronError | null;
}

/** {@link planMigrations} for who only looks: what it would refuse is a part of the answer. */
export function readMigrationState(database: MigratedFile): MigrationOutlook {
  return outlookOf(
    () => planMigrations(database),
    () => readGuards(database.connection),
  );
}

/** What `plan` gives, or, where it is refused, what the guards say and why. */
export function outlookOf(plan: () => MigrationPlan, guards: () => readonly Guard[]): MigrationOutlook {
  try {
    const { applied, pending } = plan();
    return { applied, pending: pending.map((migration) => migration.file), problem: null };
  } catch (error) {
    if (!isIronError(error)) throw error;
    return { applied: listGuards(guards()), pending: [], problem: error };
  }
}

/** A problem as it is printed. */
export function problemOf(problem: IronError | null): { code: string; message: string; hint: string | null } | null {
  return problem && { code: problem.code, message: problem.message, hint: problem.hint ?? null };
}

function listGuards(guards: readonly Guard[]): MigrationState[] {
  const files = migrationFiles();
  return guards.map(({ number, appliedAt = null }) => ({ number, file: files.get(number) ?? null, appliedAt }));
}
