import type {
  AppliedMigration,
  BackupListing,
  BackupRecord,
  CheckResult,
  ConfigValue,
  CopyReport,
  DatabaseStatus,
  Environment,
  ResetReport,
  RestoreReport,
  SeedDrift,
  SeedReport,
  TableRows,
  TableSummary,
} from '@iron/db';
import type { ErrorDetails } from '@iron/errors';
import type { Versions } from './doctor/check-versions.ts';
import type { DoctorCheck } from './doctor/doctor-check.ts';
import type { api } from '@iron/server';
import type { MasterKeyRotation } from '@iron/tokens';
import type { RebuildReport } from '@iron/usage';
import type { z } from 'zod';

/*
 * What `--json` prints: one of these, and nothing else, on stdout. A command on a database adds its path, or its URL
 * without the password, as the key `database`. Paths are absolute, times are milliseconds since the epoch, sizes are
 * bytes. Later versions may add keys; none is renamed or removed.
 */

/** Of every command that fails, with exit code 1, or 2 for wrong usage. */
export interface ErrorDocument {
  /** The database that the command was about, once that is known. */
  readonly database?: string;
  readonly error: {
    /** Stable, `<area>.<what_happened>`; those of the command line itself are `cli.…`. */
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    readonly details: ErrorDetails;
  };
}

/** `db reset-seed`, `db reset` */
export interface ResetDocument {
  /** Files that were applied. */
  readonly migrations: ResetReport['migrations'];
  /** What the new database holds, counted in it. */
  readonly counts: Contents;
  /** null without seed data. */
  readonly credentials: Credentials | null;
  /** Of the database that was there; null if none was, or if it was damaged. */
  readonly backup: BackupRecord | null;
  /** Where the damaged file that was there is kept, or its log, if that was all that was left; else null. */
  readonly setAside: string | null;
  /** The command that brings the replaced database back, or null without a backup. */
  readonly undo: string | null;
}

export interface Contents {
  readonly tables: number;
  readonly indexes: number;
  readonly users: number;
  readonly tokens: number;
  readonly usageRecords: number;
  readonly limits: number;
}

/** Who can use a seeded database, and with what: known to everybody, for development only. */
export interface Credentials {
  readonly users: readonly { readonly username: string; readonly role: string; readonly isActive: true }[];
  readonly tokens: readonly { readonly owner: string; readonly token: string; readonly project: string | null }[];
}

/** `db seed` */
export interface SeedDocument {
  /** Rows that were put in; all zero when everything was there. */
  readonly added: SeedReport;
  readonly credentials: Credentials;
}

/** `db seed --check`; exit code 1 when there is drift */
export interface SeedCheckDocument {
  readonly drift: readonly SeedDrift[];
}

/** `db migrate` */
export interface MigrateDocument {
  /** Files that this run applied. */
  readonly applied: readonly string[];
  readonly backup: BackupRecord | null;
}

/** `db migrate --dry-run` */
export interface MigrationPlanDocument {
  readonly applied: readonly AppliedMigration[];
  /** Files, in order. */
  readonly pending: readonly string[];
}

/** `db status`; exit code 1 when there is a `problem` */
export type StatusDocument = Omit<DatabaseStatus, 'path'>;

/** `db verify`; exit code 1 when `passed` is false */
export interface VerifyDocument {
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
}

/** `db backup` */
export interface BackupDocument {
  readonly backup: BackupRecord;
}

/** `db backups`, newest first */
export interface BackupsDocument {
  readonly backups: readonly BackupListing[];
}

/** `db prune` */
export interface PruneDocument {
  readonly deleted: readonly BackupRecord[];
  readonly kept: readonly BackupRecord[];
}

/** `db restore`; `backup`, `setAside` and `undo` are as in {@link ResetDocument} */
export type RestoreDocument = Omit<RestoreReport, 'path'> & Pick<ResetDocument, 'undo'>;

/** `db copy`; exit code 1 when a log is broken, in the copy as in the source */
export type CopyDocument = CopyReport;

/** `db inspect` */
export interface TablesDocument {
  readonly tables: readonly TableSummary[];
}

/** `db inspect <table>`; secrets in the rows are masked */
export type RowsDocument = TableRows;

/** `db migration new` */
export interface MigrationFileDocument {
  /** In SQLite's words. */
  readonly file: string;
  /** The same in PostgreSQL's. */
  readonly postgresFile: string;
}

/** `config` */
export interface ConfigDocument {
  readonly environment: Environment;
  /** null if there is no configuration file. */
  readonly file: string | null;
  /** The database's file, `:memory:`, or the URL without the password. */
  readonly database: string;
  readonly values: readonly ConfigValue[];
}

/** `completion` */
export interface CompletionDocument {
  readonly shell: 'bash' | 'zsh' | 'fish';
  readonly script: string;
}

/** `doctor`; exit code 1 when `passed` is false */
export interface DoctorDocument {
  /** null where the configuration does not even say which it is. */
  readonly database: string | null;
  /** The processes that have it open, on a server its own; null where that cannot be told. */
  readonly holders: DatabaseStatus['holders'];
  /** Whether no check has failed. Warnings are none. */
  readonly passed: boolean;
  readonly versions: Versions;
  readonly checks: readonly DoctorCheck[];
}

/** `serve`, when it listens; then there is nothing more on stdout */
export interface ServeDocument {
  /** The database's file, `:memory:`, or the URL without the password. */
  readonly database: string;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly environment: Environment;
}

/** `usage export --output` */
export interface ExportedDocument {
  /** Absolute path. */
  readonly file: string;
  readonly format: 'csv' | 'ndjson';
  readonly sizeBytes: number;
}

/** `usage rebuild` */
export type RebuiltDocument = RebuildReport;

/*
 * What follows is what the API answers, as `/openapi.json` describes it: the command line prints it as it is, whether it
 * asked a server or the database.
 */

type Operations = typeof api;

/** The answer to an operation of the API. */
type Answered<Name extends keyof Operations> = Operations[Name] extends {
  answer: { body: infer Body extends z.ZodType };
}
  ? z.output<Body>
  : never;

/** `tokens list` */
export type TokensDocument = Answered<'listTokens'>;
/** `tokens show`, `update`, `revoke`, `activate`, `deactivate`, `import` */
export type TokenDocument = Answered<'showToken'>;
/** `tokens create` */
export type IssuedTokenDocument = Answered<'createToken'>;
/** `tokens rotate` */
export type RotatedTokenDocument = Answered<'rotateToken'>;
/** `tokens delete` */
export type DeletedTokenDocument = Answered<'deleteToken'>;

/** `users list` */
export type UsersDocument = Answered<'listUsers'>;
/** `users create`, `show`, `suspend`, `activate`, `delete`, `role`, `change-password` */
export type UserDocument = Answered<'showUser'>;
/** `users reset-password` */
export type PasswordResetDocument = Answered<'resetUserPassword'>;

/** Where the API answers nothing: `keys delete`, `assign`, `unassign`, `agents delete`, `limits delete` */
export type NothingDocument = Readonly<Record<string, never>>;

/** `keys list` */
export type ProviderKeysDocument = Answered<'listProviderKeys'>;
/** `keys add`, `show`, `enable`, `disable`, `balance`, `base-url` */
export type ProviderKeyDocument = Answered<'showProviderKey'>;
/** `keys rotate-master-key`; `newlyBound`: keys that an earlier version had bound to no address */
export type RotatedMasterKeyDocument = MasterKeyRotation & { masterKeyId: string; newlyBound: readonly number[] };

/** `agents list` */
export type AgentsDocument = Answered<'listAgents'>;
/** `agents create`, `show`, `rename`, `providers` */
export type AgentDocument = Answered<'showAgent'>;

/** `audit list` */
export type AuditDocument = Answered<'listAuditEntries'>;
/** `audit users` */
export type UserAuditDocument = Answered<'listUserAuditEntries'>;
/** `audit verify`; exit code 1 when `isWhole` is false */
export type AuditVerificationDocument = Answered<'verifyAudit'>;

/** `tokens usage` */
export type TokenUsageDocument = Answered<'showTokenUsage'>;

/** `traces list` */
export type TracesDocument = Answered<'listTraces'>;
/** `traces show` */
export type TraceDocument = Answered<'showTrace'>;

/** `limits list` */
export type LimitsDocument = Answered<'listLimits'>;
/** `limits create`, `update` */
export type LimitDocument = Answered<'showLimit'>;
/** `limits show` */
export type LimitStatesDocument = Answered<'showLimitStates'>;
/** `limits holds` */
export type HoldsDocument = Answered<'listHolds'>;
/** One of them. */
export type HoldDocument = Answered<'showHold'>;
/** `limits release` */
export type ReleasedDocument = Answered<'releaseHold'>;
/** `limits verify`; exit code 1 when there are `drifts` */
export type HeldVerificationDocument = Answered<'verifyHeld'>;

/** `prices show` */
export type PriceDocument = Answered<'showPrice'>;
/** `prices set`, `unset` */
export type PriceBookDocument = Answered<'setPriceOverride'>;
/** `prices books` */
export type PriceBooksDocument = Answered<'listPriceBooks'>;
/** `prices book` */
export type PriceBookWithPricesDocument = Answered<'showPriceBook'>;
/** `prices import` */
export type PriceImportDocument = Answered<'importPrices'>;

/** `usage report`; `totals` are of all lines, also of those after `nextCursor` */
export type UsageReportDocument = Answered<'reportUsage'> & {
  readonly totals: Omit<
    Answered<'reportUsage'>['items'][number],
    'period' | 'tokenId' | 'userId' | 'projectId' | 'agentId' | 'provider' | 'model'
  >;
};
/** `usage list` */
export type UsageDocument = Answered<'listUsage'>;
/** `usage record` */
export type RecordedUsageDocument = Answered<'recordUsage'>;
/** `usage unpriced` */
export type UnpricedDocument = Answered<'listUnpriced'>;
/** `usage reprice` */
export type RepricedDocument = Answered<'repriceUsage'>;
/** `usage verify`; exit code 1 when `drifted` is not 0 */
export type TotalsVerificationDocument = Answered<'verifyUsageTotals'>;
