export { type Actor, type AuditedChange, appendToAuditLog } from './audit/audit-log.ts';
export { hasAuditLogs } from './audit/has-audit-logs.ts';
export { type AccountChange, appendToUserAuditLog } from './audit/user-audit-log.ts';
export { type AuditVerification, verifyAudit } from './audit/verify-audit.ts';
export {
  BackupNotVerifiedError,
  NoBackupError,
  NoBackupFolderError,
  NothingToBackUpError,
  UnusableBackupError,
} from './backup/backup-errors.ts';
export type { BackupListing, BackupReason, BackupRecord } from './backup/backup-record.ts';
export { InvalidKeepError, type PruneReport } from './backup/keep-newest.ts';
export { DatabaseBusyError, SumTooLargeError } from './commit/commit-errors.ts';
export { type Call, callMemory, flushCalls, type CallMemory, type CallSource, need, type Need } from './call/call.ts';
export { columnsOf } from './call/columns-of.ts';
export { NotedMap } from './call/noted-map.ts';
export type { Commit, OnCommit } from './commit/commit-listeners.ts';
export {
  AmbiguousConfigFileError,
  ConfigFileNotFoundError,
  InvalidConfigError,
  UnknownEnvironmentError,
  UnreadableConfigFileError,
} from './config/config-errors.ts';
export type { ConfigSource } from './config/config-layer.ts';
export { Config, type ConfigOptions, type ConfigValue } from './config/config.ts';
export { readEnvironment } from './config/environment.ts';
export { loadConfig } from './config/load-config.ts';
export { type OpenFromConfigOptions, openFromConfig } from './config/open-from-config.ts';
export type { LogLevel } from './config/settings.ts';
export {
  CorruptDatabaseError,
  DatabaseInUseError,
  DatabaseIoError,
  DatabaseMissingError,
  DatabaseNotReadableError,
  DatabaseNotWritableError,
  DatabaseReadOnlyError,
  DiskFullError,
  FolderMissingError,
  InvalidMaxConnectionsError,
  NoSnapshotInMemoryError,
  NotIronError,
  NotSqliteError,
  ProductionRefusedError,
  ReadLeavesLogError,
  RecoveryNeededError,
  SettingRefusedError,
  SqliteTooOldError,
  TooManyConnectionsError,
  UnusableDatabaseFileError,
  UnusableLockFileError,
} from './connection/connection-errors.ts';
export {
  type DatabaseLocation,
  type OpenMode,
  type SqliteLocation,
  parseDatabaseUrl,
} from './connection/database-url.ts';
export { PasswordMissingError, UnusableSecretFileError } from './connection/password-errors.ts';
export type { PostgresLocation } from './connection/postgres-location.ts';
export { InvalidDatabaseUrlError } from './connection/invalid-database-url.ts';
export { startCheckpointThread } from './connection/checkpoint-thread.ts';
export type { Environment } from './connection/environment.ts';
export type { FileHolder } from './connection/file-holders.ts';
export type { DatabaseIdentity } from './connection/identity.ts';
export type { DatabaseOperations, IronDatabase } from './connection/iron-database.ts';
export type { Snapshot, SqliteDatabase, SqliteTransaction } from './connection/sqlite-database.ts';
export { openDatabaseImage } from './connection/open-database-image.ts';
export { openDatabase } from './connection/open-database.ts';
export { type OpenOptions, openSqliteDatabase } from './connection/open-sqlite-database.ts';
export { resolveDatabaseFile } from './connection/resolve-database-file.ts';
export { explainDatabaseError } from './connection/sqlite-error.ts';
export { sqliteVersion } from './connection/sqlite-version.ts';
export { type CopiedTableReport, type CopyOptions, type CopyReport, copyDatabase } from './copy/copy-database.ts';
export {
  CopyDiffersError,
  CopySourceError,
  CopySourceInUseError,
  CopyTargetError,
  CopyUnderWayError,
  CopyUnfinishedError,
} from './copy/copy-errors.ts';
export type { CopyTotal } from './copy/copy-totals.ts';
export type { DatabaseLifecycle } from './lifecycle/database-lifecycle.ts';
export { BuildFailedError, ChangedMeanwhileError } from './lifecycle/lifecycle-errors.ts';
export { lifecycleOf } from './lifecycle/lifecycle-of.ts';
export type { ResetReport } from './lifecycle/reset-database.ts';
export type { RestoreReport } from './lifecycle/restore-database.ts';
export { applyAllMigrations } from './migrations/apply-all-migrations.ts';
export {
  InvalidMigrationNameError,
  NoMigrationFolderError,
  NotInWorkspaceError,
  type MigrationFilePair,
  createMigration,
} from './migrations/create-migration.ts';
export {
  DatabaseNewerError,
  InvalidMigrationFileError,
  MigrationEditedError,
  MigrationFailedError,
  MigrationLosesDataError,
  MigrationOutOfOrderError,
  MigrationsPendingError,
  MigrationsStoppedError,
  PartialMigrationError,
  StructureDriftError,
} from './migrations/migration-errors.ts';
export { planMigrations } from './migrations/migration-plan.ts';
export type { AppliedMigration, MigrationPlan } from './migrations/judge-state.ts';
export type { MigrationOptions, MigrationReport } from './migrations/migration-run.ts';
export type { MigrationState } from './migrations/migration-state.ts';
export { type Migration, readMigrations } from './migrations/read-migrations.ts';
export {
  DependentsError,
  ForeignSchemaError,
  ForeignTablesError,
} from './postgres/maintenance/present-schema-errors.ts';
export { TransactionPoolerError } from './postgres/maintenance/transaction-pooler-error.ts';
export {
  type LockHolder,
  MigrationBlockedError,
  SchemaRefusedError,
} from './postgres/migrations/postgres-migration-errors.ts';
export { openPostgresDatabase } from './postgres/open-postgres-database.ts';
export type { PostgresDatabase } from './postgres/postgres-database.ts';
export {
  CommitUnknownError,
  ConnectionsExhaustedError,
  DatabaseAccessRefusedError,
  DatabaseUnreachableError,
  PostgresTooOldError,
  PreparedStatementsLostError,
  UnsupportedServerError,
} from './postgres/postgres-errors.ts';
export { postgresName } from './postgres/postgres-name.ts';
export { ServerNotVerifiedError, TlsNotOfferedError } from './postgres/tls-errors.ts';
export { type PostgresServerSettings, readPostgresServerSettings } from './postgres/verify/postgres-server-settings.ts';
export type { OnProgress, Progress } from './progress.ts';
/** The tables as Drizzle types, and the words that their columns may hold. */
export * as schema from './schema/index.ts';
export { selectList } from './schema/select-list.ts';
export { type SeedDrift, checkSeed } from './seed/check-seed.ts';
export { SEEDED_USERS, type SeededUser } from './seed/seed-data.ts';
export { type SeedReport, seedDatabase } from './seed/seed-database.ts';
export { containsToken } from './service/contains-token.ts';
export { InvalidCursorError, InvalidInputError } from './service/input-errors.ts';
export { LARGEST_CALL } from './service/largest-call.ts';
export {
  type OpenService,
  type ServiceContext,
  type ServiceOptions,
  openForService,
} from './service/open-for-service.ts';
export { type Page, makeCursor, makePage, readCursor } from './service/page.ts';
export { actorSchema, invalidInput, pageSchema, parseInput, text } from './service/parse-input.ts';
export type { DatabaseStatus } from './verify/database-status.ts';
export { type TableRows, type TableSummary, UnknownTableError } from './verify/inspect-database.ts';
export { findMisplacedCredentials, isForProduction } from './verify/production-credentials.ts';
export { type CheckResult, VERIFY_CHECKS, type VerifyCheck, type VerifyReport } from './verify/verify-report.ts';
export { accompany, type Companion } from './work/accompany.ts';
export { ChangeLostError } from './work/change-lost-error.ts';
export { all, changeRow, first, type Reader, run, type SqlText, type Statement, type Writer } from './work/queries.ts';
export { wait, type Work, workNow } from './work/work.ts';
