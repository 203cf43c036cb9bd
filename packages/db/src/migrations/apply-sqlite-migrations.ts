import { isIronError } from '@iron/errors';
import type Database from 'better-sqlite3';
import type { BackupRecord } from '../backup/backup-record.ts';
import { copyToBackup } from '../backup/copy-to-backup.ts';
import { readIdentity } from '../connection/identity.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { WAIT_FOR_MAINTENANCE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { openConnection, setPragma } from '../connection/open-connection.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { countRows } from '../structure/count-rows.ts';
import { applyMigration } from './apply-migration.ts';
import { MigrationsStoppedError } from './migration-errors.ts';
import type { MigrationOptions, MigrationReport } from './migration-run.ts';
import { type MigratedFile, matchGuards, planMigrations, requireMigrated } from './migration-plan.ts';
import { type Migration, readMigrations } from './read-migrations.ts';
import { structureAfter } from './replay-migrations.ts';
import { holdsRows } from './row-census.ts';

/** Brings a file, or a database in memory, to the newest schema. It is migrated through a connection of its own. */
export async function applySqliteMigrations(
  database: Pick<SqliteDatabase, 'connection' | 'path'>,
  options: MigrationOptions,
): Promise<MigrationReport> {
  const { connection, path } = database;
  const migrations = options.migrations ?? readMigrations();
  if (connection.memory) return await runMigrations(connection, path, migrations, options);
  if (connection.readonly) {
    requireMigrated(database, migrations);
    return { applied: [], backup: null };
  }
  if (isMigrated(database, migrations)) return { applied: [], backup: null };
  return await withLifecycleLock(path, 'maintain', WAIT_FOR_MAINTENANCE_MS, async () => {
    const own = openConnection(path);
    try {
      return await runMigrations(own, path, migrations, options);
    } finally {
      own.close();
    }
  });
}

/** {@link migrateConnection} on a database that stays, also when a migration fails after others were applied. */
async function runMigrations(
  connection: Database.Database,
  path: string,
  migrations: readonly Migration[],
  options: MigrationOptions,
): Promise<MigrationReport> {
  const applied: string[] = [];
  try {
    return await migrateConnection(connection, path, migrations, options, applied);
  } catch (error) {
    const reason = explainDatabaseError(error, path);
    throw applied.length > 0 && isIronError(reason) ? new MigrationsStoppedError(applied, reason) : reason;
  }
}

/** Asked without a lock: a service that starts does not wait for a backup, and is in no writer's way. */
function isMigrated(database: MigratedFile, migrations: readonly Migration[]): boolean {
  try {
    return database.connection.transaction(() => planMigrations(database, migrations))().pending.length === 0;
  } catch {
    return false; // what is wrong is said by the run that holds the lock
  }
}

/**
 * Applies what is pending through `connection`, which nobody else may use meanwhile.
 *
 * @param applied gets each file as soon as it is applied, for a caller that must know also when a later one fails
 */
export async function migrateConnection(
  connection: Database.Database,
  path: string,
  migrations: readonly Migration[],
  options: MigrationOptions,
  applied: string[] = [],
): Promise<MigrationReport> {
  const enforced = Number(connection.pragma('foreign_keys', { simple: true }));
  // Inside a transaction this setting is ignored, and DROP TABLE would delete the rows that refer to the table.
  setPragma(connection, 'foreign_keys', 0);
  try {
    let backup: BackupRecord | null = null;
    for (;;) {
      connection.exec('BEGIN IMMEDIATE'); // before the state is read: nobody else can change it now
      const plan = applied.length === 0 ? planMigrations : matchGuards; // what this run applied it compared itself
      const { pending } = plan({ connection, path }, migrations);
      const [next] = pending;
      if (!next) break;
      if (applied.length === 0) backup = await backUpRows(connection, path, options);
      applyOne(connection, next, migrations, options);
      connection.exec('COMMIT');
      applied.push(next.file);
      options.onProgress?.({ step: 'migrate', done: applied.length, total: applied.length + pending.length - 1 });
    }
    return { applied, backup };
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    setPragma(connection, 'foreign_keys', enforced);
  }
}

function applyOne(
  connection: Database.Database,
  next: Migration,
  migrations: readonly Migration[],
  options: MigrationOptions,
): void {
  const environment = readIdentity(connection)?.environment ?? options.environment ?? 'development';
  const expected = structureAfter(migrations, migrations.indexOf(next) + 1);
  applyMigration(connection, next, { environment, now: (options.now ?? Date.now)() }, expected);
}

async function backUpRows(
  connection: Database.Database,
  path: string,
  options: MigrationOptions,
): Promise<BackupRecord | null> {
  if (connection.memory) return null;
  if (!holdsRows(Object.entries(countRows(connection)))) return null;
  return await copyToBackup({ ...options, path, reason: 'migrate', now: options.now ?? Date.now });
}
