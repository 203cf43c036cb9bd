import { existsSync } from 'node:fs';
import type { Environment } from '../connection/environment.ts';
import { markEnvironment } from '../connection/environment-mark.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import type { MigrationPlan } from '../migrations/judge-state.ts';
import { planMigrations } from '../migrations/migration-plan.ts';
import type { MigrationReport } from '../migrations/migration-run.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import type { OnProgress } from '../progress.ts';
import { readDatabase } from '../verify/read-database.ts';

/** Which database to migrate. */
export interface MigrateOptions {
  /** The database file, made if it is missing; a relative path is relative to the working directory. */
  readonly path: string;
  /** Recorded in a new database; production in every one. */
  readonly environment: Environment;
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Brings a database file to the newest schema, see {@link applyAllMigrations}.
 *
 * @throws {IronError} what stands in the way; the migration that failed leaves nothing behind
 */
export async function migrateDatabase(options: MigrateOptions): Promise<MigrationReport & { readonly path: string }> {
  const path = resolveDatabaseFile(options.path);
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  const report = await applyAllMigrations(database, options);
  await markEnvironment(database, options.environment);
  return { path, ...report };
}

/** What {@link migrateDatabase} would do. Reads only: a missing file stays missing. */
export function planMigration(file: string): MigrationPlan & { readonly path: string } {
  const path = resolveDatabaseFile(file);
  if (!existsSync(path)) return { path, applied: [], pending: readMigrations() };
  return { path, ...readDatabase(path, (connection) => planMigrations({ connection, path })) };
}
