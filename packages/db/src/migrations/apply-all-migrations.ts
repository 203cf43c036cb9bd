import type { IronDatabase } from '../connection/iron-database.ts';
import { copyPostgresToBackup } from '../postgres/backup/copy-postgres-to-backup.ts';
import { postgresBackupPlace } from '../postgres/backup/postgres-backup-place.ts';
import type { LifecycleConnection } from '../postgres/maintenance/lifecycle-connection.ts';
import { applyPostgresMigrations } from '../postgres/migrations/apply-postgres-migrations.ts';
import { applySqliteMigrations } from './apply-sqlite-migrations.ts';
import type { MigrationOptions, MigrationReport } from './migration-run.ts';

/**
 * Brings a database to the newest schema, in one transaction a migration. Safe to call any number of times and from
 * any number of processes at once: one applies, the others wait and find it done.
 *
 * Before the first pending migration a database that holds rows is backed up, and the backup verified: without one
 * nothing is migrated. A database is migrated through a connection of its own, so transactions of `database` are never in
 * the way for long.
 *
 * @throws {MigrationsPendingError} something is pending, and `database` was opened with `mode=ro`
 * @throws {IronError} everything that {@link planMigrations} refuses, and what a migration does wrong; the
 *   migration that failed leaves nothing behind
 */
export async function applyAllMigrations(
  database: IronDatabase,
  options: MigrationOptions = {},
): Promise<MigrationReport> {
  if (database.engine === 'sqlite') return await applySqliteMigrations(database, options);
  const { now = Date.now, onProgress } = options;
  const place = postgresBackupPlace(database.location, options);
  const backUp = async (connection: LifecycleConnection) =>
    await copyPostgresToBackup(connection, { place, reason: 'migrate', now, onProgress });
  return await applyPostgresMigrations(database, { ...options, backUp });
}
