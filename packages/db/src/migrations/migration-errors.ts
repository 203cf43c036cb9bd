import { IronError } from '@iron/errors';
import type { StructureDifference } from '../structure/compare-structures.ts';

const RESTORE_OR_RESET =
  'Restore a backup with `iron db restore --last`, or, for a development database, make it anew with `iron db reset`.';

const UNDO = `Undo what was altered by hand, or: ${RESTORE_OR_RESET}`;

/** A migration file cannot be used as it stands: its name, its header or what it says. */
export class InvalidMigrationFileError extends IronError {
  readonly code = 'migration.invalid_file';
  constructor(file: string, line: number | undefined, problem: string, hint?: string) {
    super(`Migration ${file}${line === undefined ? '' : `, line ${line}`}: ${problem}.`, {
      ...(hint !== undefined && { hint }),
      details: { file, line: line ?? null },
    });
  }
}

/** A migration that was applied reads differently now. */
export class MigrationEditedError extends IronError {
  readonly code = 'migration.edited';
  constructor(file: string, path: string) {
    super(`Migration ${file} was changed after it was applied to ${path}.`, {
      hint: 'Put the file back as it was and write the change as a new migration: `iron db migration new <name>`.',
      details: { file, path },
    });
  }
}

/** A pending migration has a lower number than one that was applied. */
export class MigrationOutOfOrderError extends IronError {
  readonly code = 'migration.out_of_order';
  constructor(file: string, newestApplied: number, path: string) {
    super(`Migration ${file} was never applied to ${path}, but ${numberText(newestApplied)} was.`, {
      hint: `Give the file a number above ${numberText(newestApplied)}.`,
      details: { file, newestApplied, path },
    });
  }
}

/** The database was migrated by a newer Iron. */
export class DatabaseNewerError extends IronError {
  readonly code = 'migration.database_newer';
  constructor(number: number, path: string) {
    super(`${path} holds migration ${numberText(number)}, which this version of Iron does not know.`, {
      hint: 'Update Iron, or restore a backup that was made before the migration.',
      details: { number, path },
    });
  }
}

/** Guards and tables do not fit together: a migration was half undone, or its guard was made or removed by hand. */
export class PartialMigrationError extends IronError {
  readonly code = 'migration.partial';
  readonly findings: readonly string[];
  constructor(path: string, findings: readonly string[]) {
    super(`${path} is partly migrated: ${findings.join('; ')}.`, { hint: RESTORE_OR_RESET, details: { path } });
    this.findings = findings;
  }
}

/** Of many differences the first tell what happened; all are in `differences`. */
const MOST_SHOWN = 5;

/** The tables are not what the migrations build. */
export class StructureDriftError extends IronError {
  readonly code = 'migration.structure_drift';
  readonly differences: readonly StructureDifference[];
  /** @param rolledBack the migration after which it is so; none where the database was so already */
  constructor(path: string, differences: readonly StructureDifference[], rolledBack?: string) {
    const sentences = differences.slice(0, MOST_SHOWN).map((difference) => difference.message);
    const rest = differences.length - sentences.length;
    if (rest > 0) sentences.push(`and ${rest} more`);
    const found = `${path} is not what the migrations build: ${sentences.join('; ')}.`;
    const after = `Migration ${rolledBack} was rolled back: with it, the structure of ${found}`;
    super(rolledBack === undefined ? `The structure of ${found}` : after, {
      hint: rolledBack === undefined ? hintOn(differences) : UNDO,
      details: { path, differences: differences.length },
    });
    this.differences = differences;
  }
}

/** Neither a reset nor a restore drops, in a database of a server, what Iron did not make. */
function hintOn(differences: readonly StructureDifference[]): string {
  const added = differences.filter(({ path, actual }) => path === '' && actual === 'present');
  if (added.length === 0) return UNDO;
  const names = added.slice(0, MOST_SHOWN).map(({ object }) => object);
  if (added.length > names.length) names.push(`and ${added.length - names.length} more`);
  const drop = `Drop what Iron did not make (${names.join(', ')}), or move it to another schema or database.`;
  return added.length === differences.length ? drop : `${drop} ${UNDO}`;
}

/** A statement of a migration failed. The migration left nothing behind. */
export class MigrationFailedError extends IronError {
  readonly code = 'migration.failed';
  constructor(file: string, line: number, cause: Error) {
    super(`Migration ${file}, line ${line}: ${cause.message}.`, {
      hint: 'The migration was rolled back; the database is as it was before it.',
      details: { file, line },
      cause,
    });
  }
}

/** A migration would have lost rows or broken references. It was rolled back. */
export class MigrationLosesDataError extends IronError {
  readonly code = 'migration.loses_data';
  readonly losses: readonly string[];
  constructor(file: string, losses: readonly string[], hint: string) {
    super(`Migration ${file} was rolled back: ${losses.join('; ')}.`, { hint, details: { file } });
    this.losses = losses;
  }
}

/** A run of migrations failed after some of them were applied. Its code is that of what went wrong, its cause. */
export class MigrationsStoppedError extends IronError {
  readonly code: string;
  /** The files that this run applied. */
  readonly applied: readonly string[];
  constructor(applied: readonly string[], cause: IronError) {
    const files = applied.length === 1 ? `Migration ${applied[0]}` : `Migrations ${applied.join(', ')}`;
    super(`${cause.message} ${files} had been applied before that, and stay${applied.length === 1 ? 's' : ''}.`, {
      ...(cause.hint !== undefined && { hint: cause.hint }),
      details: { ...cause.details, applied: applied.length },
      cause,
    });
    this.code = cause.code;
    this.applied = applied;
  }
}

/** Migrations are pending, and nobody allowed this program to apply them. */
export class MigrationsPendingError extends IronError {
  readonly code = 'migration.pending';
  constructor(path: string, files: readonly string[]) {
    super(`${path} lacks ${files.length === 1 ? 'migration' : 'migrations'} ${files.join(', ')}.`, {
      hint: 'Apply them with `iron db migrate`.',
      details: { path, pending: files.length },
    });
  }
}

/** A number as in a file's name: three digits. */
export function numberText(number: number): string {
  return String(number).padStart(3, '0');
}
