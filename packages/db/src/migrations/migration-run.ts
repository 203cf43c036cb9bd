import type { BackupRecord } from '../backup/backup-record.ts';
import type { Environment } from '../connection/environment.ts';
import type { OnProgress } from '../progress.ts';
import type { Migration } from './read-migrations.ts';

/** What a run of the migrations did. */
export interface MigrationReport {
  /** The files that this run applied, in order; none when there was nothing to do. */
  readonly applied: readonly string[];
  /** The backup that was made before the first of them, or `null` where there was no row to lose. */
  readonly backup: BackupRecord | null;
}

/** Which migrations to apply, and how. */
export interface MigrationOptions {
  /** Default: Iron's own. */
  readonly migrations?: readonly Migration[];
  /** Recorded in a new database. Default: development. */
  readonly environment?: Environment;
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
  /**
   * In which `backups/` is, or is made, for a database of a PostgreSQL server; default: the working directory. Those of a
   * file are beside it, whatever this says.
   */
  readonly folder?: string | undefined;
}
