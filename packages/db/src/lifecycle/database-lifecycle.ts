import type { BackupOptions } from '../backup/backup-database.ts';
import type { BackupListing, BackupRecord } from '../backup/backup-record.ts';
import type { PruneReport } from '../backup/keep-newest.ts';
import type { MigrationPlan } from '../migrations/judge-state.ts';
import type { MigrationReport } from '../migrations/migration-run.ts';
import type { SeedDrift } from '../seed/check-seed.ts';
import type { SeedReport } from '../seed/seed-database.ts';
import type { DatabaseStatus } from '../verify/database-status.ts';
import type { TableRows, TableSummary } from '../verify/inspect-database.ts';
import type { VerifyOptions } from '../verify/verify-database.ts';
import type { VerifyReport } from '../verify/verify-report.ts';
import type { MigrateOptions } from './migrate-database.ts';
import type { ResetOptions, ResetReport } from './reset-database.ts';
import type { RestoreOptions, RestoreReport } from './restore-database.ts';
import type { SeedOptions } from './seed-existing-database.ts';

/** What is left to say of a job when the database is known. */
type Said<Options extends { readonly path: string }> = Omit<Options, 'path'>;

/** A report that says which database it is of: the path of its file, or its URL without the password. */
type Of<Report> = Report & { readonly path: string };

/**
 * Everything in the life of one database, whichever engine it is on, as {@link lifecycleOf} gives it. Each method is the
 * function of that engine, and throws what that throws.
 */
export interface DatabaseLifecycle {
  /** Puts a new, migrated and optionally seeded database in the place of the present one, after a verified backup of it. */
  reset(options: Said<ResetOptions>): Promise<ResetReport>;
  /** Puts the development data into a database that exists and is migrated. */
  seed(options: Said<SeedOptions>): Promise<Of<SeedReport>>;
  /** What of the development data is missing or was changed. Reads only. */
  checkSeed(): Promise<{ readonly path: string; readonly drift: readonly SeedDrift[] }>;
  /** Brings the database to the newest schema, after a verified backup if it holds rows. */
  migrate(options: Said<MigrateOptions>): Promise<Of<MigrationReport>>;
  /** What {@link migrate} would do. Reads only. */
  plan(): Promise<Of<MigrationPlan>>;
  /** Migrations, counts, size, and who has it open. Reads only. */
  status(): Promise<DatabaseStatus>;
  /** Checks everything about the database that can be checked from outside. Reads only. */
  verify(options: Said<VerifyOptions>): Promise<VerifyReport>;
  /** Every table with its rows counted. Reads only. */
  inspect(): Promise<{ readonly path: string; readonly tables: readonly TableSummary[] }>;
  /** The first rows of a table, at most `limit`, with secrets masked. Reads only. */
  inspectTable(options: { readonly table: string; readonly limit: number }): Promise<Of<TableRows>>;
  /** Makes a verified backup, while the database may be in use. */
  backup(options?: Said<BackupOptions>): Promise<BackupRecord>;
  /** Every file named like a backup of it, the newest first. */
  backups(): Promise<readonly BackupListing[]>;
  /** Puts a backup in the place of the present database, after a verified backup of that. */
  restore(options: Said<RestoreOptions>): Promise<RestoreReport>;
  /** Drops all but the `keep` newest verified backups. */
  prune(options: { readonly keep: number }): Promise<PruneReport>;
}
