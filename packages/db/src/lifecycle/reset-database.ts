import { checkFileInWorker } from '../backup/check-file-in-worker.ts';
import type { Environment } from '../connection/environment.ts';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import type { OnProgress } from '../progress.ts';
import { buildBeside } from './build-beside.ts';
import { type FreshDatabaseOptions, type FreshDatabaseReport, createFreshDatabase } from './fresh-database.ts';
import { ProductionRefusedError } from '../connection/connection-errors.ts';
import { BuildFailedError } from './lifecycle-errors.ts';
import { examineDatabase, isProduction } from './present-database.ts';
import { type ReplacementReport, replaceDatabase } from './replace-database.ts';

/** Which database to reset, and to what. */
export interface ResetOptions {
  /** The database file; a relative path is relative to the working directory. */
  readonly path: string;
  /** Put the development data in. */
  readonly seed: boolean;
  /** Where this runs; refused when it is production. */
  readonly environment: Environment;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/** What a reset did. */
export interface ResetReport extends ReplacementReport, FreshDatabaseReport {
  /** Absolute path of the database; of one on a server, what a person knows it by. */
  readonly path: string;
}

/**
 * Puts a new, migrated and optionally seeded database in the place of the one at `path`, if there is one.
 *
 * The new one is built and checked beside it, a verified backup of the present one is made, and only then are they
 * swapped, in one step: killed at any moment, the path holds either the old database or the new one, whole.
 *
 * @throws {ProductionRefusedError} `environment` is production, or the database is marked so
 * @throws {DatabaseInUseError} a process has it open
 * @throws {ChangedMeanwhileError} another program moved or overwrote it meanwhile
 * @throws {NotSqliteError | NotIronError} what is there is not Iron's; it is left as it is
 * @throws {DiskFullError} there is no room for the backup or the new database
 */
export async function resetDatabase(options: ResetOptions): Promise<ResetReport> {
  const path = resolveDatabaseFile(options.path);
  if (options.environment === 'production') throw new ProductionRefusedError('reset', path, 'environment');
  return await withLifecycleLock(path, 'replace', WAIT_FOR_LIFECYCLE_MS, async () => {
    const present = examineDatabase(path);
    if (isProduction(present)) throw new ProductionRefusedError('reset', path, 'marker');
    const now = options.now ?? Date.now;
    return await buildBeside(path, async (fresh) => {
      const built = await createChecked(fresh, path, { ...options, now });
      const replaced = await replaceDatabase({ ...options, path, fresh, present, reason: 'reset', now });
      return { path, ...replaced, ...built };
    });
  });
}

async function createChecked(fresh: string, path: string, options: FreshDatabaseOptions): Promise<FreshDatabaseReport> {
  const report = await createFreshDatabase(fresh, options);
  const check = await checkFileInWorker(fresh);
  const violations = check.referenceViolations === 0 ? [] : [`${check.referenceViolations} broken references`];
  const problems = [...check.damage, ...violations];
  if (problems.length > 0) throw new BuildFailedError(path, problems);
  return report;
}
